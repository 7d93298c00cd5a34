import {EssenceError} from '@essence/core/kit/errors'
import {retry} from '@essence/core/kit/flow/retry'
import fc from 'fast-check'
import {afterEach, describe, expect, it, vi} from 'vitest'

const unreachable = (): EssenceError => new EssenceError('REMOTE_UNREACHABLE', 'Nobody answers.')

/** Fails so many times, then succeeds; counts its calls. */
const failing = (times: number, error: () => Error = unreachable) => {
  const calls = {count: 0}
  const work = async (): Promise<string> => {
    if (calls.count++ < times) throw error()
    return 'done'
  }
  return {work, calls}
}

const noWait = async (): Promise<void> => {}

afterEach(() => void vi.useRealTimers())

describe('retry', () => {
  it('tries exactly as often as it says, and pauses between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 1, max: 8}), fc.nat(10), async (attempts, failures) => {
        const {work, calls} = failing(failures)
        const pauses: number[] = []
        const told: number[] = []
        const wait = async (ms: number): Promise<void> => void pauses.push(ms)
        const onRetry = ({failures, pauseMs}: {failures: number; pauseMs: number}): void => {
          expect(pauseMs).toBe(failures * 10)
          told.push(failures)
        }
        const result = retry(work, {attempts, pause: failed => failed * 10, wait, onRetry})
        if (failures < attempts) expect(await result).toBe('done')
        else await expect(result).rejects.toMatchObject({code: 'REMOTE_UNREACHABLE'})
        expect(calls.count).toBe(Math.min(attempts, failures + 1))
        expect(pauses).toEqual(Array.from({length: calls.count - 1}, (_, index) => (index + 1) * 10))
        expect(told).toEqual(pauses.map(ms => ms / 10))
      }),
    )
  })

  it('a failure after progress counts as the first', async () => {
    const counted: number[] = []
    let achieved = 0
    let calls = 0
    const work = async (): Promise<void> => {
      if (++calls === 3) achieved++
      throw unreachable()
    }
    const pause = (failures: number): number => counted.push(failures)
    await expect(retry(work, {attempts: 3, pause, progress: () => achieved, wait: noWait})).rejects.toThrow()
    expect(counted).toEqual([1, 2, 1, 2])
  })

  it('makes its last attempt when the time is over', async () => {
    vi.useFakeTimers({toFake: ['performance']})
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 1, max: 100}), fc.integer({min: 1, max: 40}), async (withinMs, ms) => {
        const started = performance.now()
        const at: number[] = []
        const wait = async (pauseMs: number): Promise<void> => void vi.advanceTimersByTime(pauseMs)
        const work = async (): Promise<void> => {
          at.push(performance.now() - started)
          throw unreachable()
        }
        await expect(retry(work, {withinMs, pause: () => ms, wait})).rejects.toThrow('Nobody answers.')
        expect(at).toHaveLength(Math.ceil(withinMs / ms) + 1)
        expect(at.at(-1)).toBe(withinMs)
      }),
    )
  })

  it('does not try again what another attempt cannot mend', async () => {
    for (const error of [() => new Error('a bug'), () => new EssenceError('USAGE', 'Wrong.')]) {
      const {work, calls} = failing(1, error)
      await expect(retry(work, {pause: () => 0, wait: noWait})).rejects.toThrow(error().message)
      expect(calls.count).toBe(1)
      expect(await retry(failing(1, error).work, {pause: () => 0, wait: noWait, retryable: () => true})).toBe('done')
    }
  })

  it('a server may ask for a pause of its own; a timer takes no longer one than it can', async () => {
    const waits: number[] = []
    const wait = async (ms: number): Promise<void> => void waits.push(ms)
    const asked = Object.assign(unreachable(), {retryAfterMs: 1e12})
    const pause = (failures: number, error: unknown): number =>
      failures === 1 ? 5 : (error as typeof asked).retryAfterMs
    await retry(failing(2, () => asked).work, {pause, wait})
    expect(waits).toEqual([5, 2 ** 31 - 1])
  })

  it('an abort ends it: before an attempt, in a pause, and whatever the work throws then', async () => {
    const {work, calls} = failing(Number.POSITIVE_INFINITY)
    const options = {pause: () => 3_600_000}
    await expect(retry(work, {...options, signal: AbortSignal.abort('no')})).rejects.toMatchObject({
      code: 'CANCELLED',
      cause: 'no',
    })
    expect(calls.count).toBe(0)
    const stop = new AbortController()
    const onRetry = (): void => queueMicrotask(() => stop.abort('in the pause'))
    await expect(retry(work, {...options, onRetry, signal: stop.signal})).rejects.toMatchObject({cause: 'in the pause'})
    expect(calls.count).toBe(1)
    const within = new AbortController()
    const aborting = async (): Promise<void> => {
      within.abort('in the work')
      throw new Error('something else')
    }
    await expect(retry(aborting, {...options, signal: within.signal})).rejects.toMatchObject({cause: 'in the work'})
  })
})
