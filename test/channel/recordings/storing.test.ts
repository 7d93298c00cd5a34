import type {Recordings} from '@essence/core/channel/recordings/recordings'
import {storingRecordings} from '@essence/core/channel/recordings/stored-recording'
import {expect, it} from 'vitest'
import {ManualClock} from '../manual-clock.ts'
import {watchedLog} from '../watched-log.ts'

it('a bucket that never answers holds up one message, and not those after it', async () => {
  const {log, lines} = watchedLog()
  const clock = new ManualClock()
  const asked: string[] = []
  const put: Recordings['put'] = name => {
    asked.push(name)
    return new Promise(() => {})
  }
  const store = storingRecordings({recordings: {put}, platform: 'Telegram', withinMs: 20, clock, log})
  const fetched = async () => new Uint8Array(1)
  expect(await store('one', fetched)).toBeUndefined()
  expect(await store('two', fetched)).toBeUndefined()
  expect(asked).toEqual(['one'])
  expect(lines.map(({msg}) => msg)).toEqual(['a recording is not stored; it stays with Telegram'])
  clock.advance(60_000)
  expect(await store('three', fetched)).toBeUndefined()
  expect(asked).toEqual(['one', 'three'])
})
