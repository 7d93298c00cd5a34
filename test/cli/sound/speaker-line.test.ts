import {expect, it} from 'vitest'
import {speakerLine} from '../../../src/cli/sound/speaker-line.ts'

it('gives out what was pushed in order, then silence', () => {
  const line = speakerLine()
  line.push(Float32Array.of(1, 2, 3))
  expect([...line.take(2)]).toEqual([1, 2])
  line.push(Float32Array.of(4))
  expect([...line.take(4)]).toEqual([3, 4, 0, 0])
  expect([...line.take(2)]).toEqual([0, 0])
})

it('forgets what has not been played', () => {
  const line = speakerLine()
  line.push(Float32Array.of(1, 2, 3))
  line.take(1)
  line.clear()
  expect([...line.take(2)]).toEqual([0, 0])
})
