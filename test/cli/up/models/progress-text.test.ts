import {progressNews, progressText} from '@essence/core/cli/up/models/progress-text'
import {expect, it} from 'vitest'

const at = (received: number, more = {}) =>
  ({state: 'downloading', profile: 'light', received, size: 1000e6, ...more}) as const

it('progress is told with the time left, or the reason why nothing comes', () => {
  expect(progressText(at(430e6, {secondsLeft: 130}))).toBe('43 % of 1.0 GB, about 2:10 min left')
  expect(progressText(at(430e6, {pause: 'the hub is busy (503)'}))).toBe('43 % of 1.0 GB, the hub is busy (503)')
  expect(progressText({...at(0), size: 0})).toBe('asking the hub')
})

it('where no line can be written over, each tenth and each new reason is a line', () => {
  const news = progressNews()
  const told = [at(0), at(50e6), at(101e6), at(150e6, {pause: 'busy'}), at(150e6, {pause: 'busy'}), at(999e6)].map(news)
  expect(told.map(line => line !== undefined)).toEqual([true, false, true, true, false, true])
})
