// When somebody who was refused is told to come again.
import {isEssenceError} from '@essence/core/kit/errors'
import {describe, expect, it} from 'vitest'
import {TurnQueue} from '../../src/door/turn-queue.ts'

const open = (options: {maxTurns: number; maxWaiting: number; maxWaitingPerPerson?: number}) => {
  let at = 0
  const queue = new TurnQueue({maxWaitingPerPerson: options.maxWaiting, ...options, now: () => at})
  /** A turn that is over after so long. */
  const turn = async (ms: number): Promise<void> => {
    const {release} = await queue.take('ada')
    at += ms
    release()
  }
  const full = async (): Promise<void> => {
    for (let n = 0; n < options.maxTurns; n++) await queue.take(`runs ${n}`)
    for (let n = 0; n < options.maxWaiting; n++) void queue.take(`waits ${n}`)
  }
  const retryAfterMs = (person: string): number | undefined => {
    try {
      queue.assertRoom(person)
    } catch (error) {
      if (isEssenceError(error) && error.code === 'ENGINE_BUSY') return error.retryAfterMs
    }
    throw new Error('there was room')
  }
  return {turn, full, retryAfterMs}
}

describe('whoever is refused is told to come when those before them are through', () => {
  it('as long as turns took of late, over those worked on at once', async () => {
    const {turn, full, retryAfterMs} = open({maxTurns: 2, maxWaiting: 3})
    for (const ms of [3000, 5000]) await turn(ms)
    await full()
    expect(retryAfterMs('eve')).toBe(8000)
  })

  it('only the last turns count', async () => {
    const {turn, full, retryAfterMs} = open({maxTurns: 1, maxWaiting: 0})
    await turn(1_000_000)
    for (let n = 0; n < 16; n++) await turn(1500)
    await full()
    expect(retryAfterMs('eve')).toBe(1500)
  })

  it('within a minute at the latest', async () => {
    const {turn, full, retryAfterMs} = open({maxTurns: 1, maxWaiting: 9})
    await turn(30_000)
    await full()
    expect(retryAfterMs('eve')).toBe(60_000)
  })

  it('not at all before there was a turn to go by', async () => {
    const {full, retryAfterMs} = open({maxTurns: 1, maxWaiting: 1})
    await full()
    expect(retryAfterMs('eve')).toBeUndefined()
  })
})
