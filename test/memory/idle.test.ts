import {EssenceError, throwIfCancelled} from '@essence/core/kit/errors'
import {idleWork} from '@essence/core/memory/idle'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'

describe('work in idle time', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const working = (whenIdle: (signal: AbortSignal) => Promise<void> = async () => {}) => {
    const done: string[] = []
    const logged: string[] = []
    const work = idleWork({
      always: async () => void done.push('always'),
      whenIdle: async signal => {
        await whenIdle(signal)
        done.push('idle')
      },
      pauseMs: 5000,
      log: line => logged.push(line),
    })
    return {work, done, logged}
  }

  it('begins after a pause, which each exchange begins anew', async () => {
    const {work, done} = working()
    work.ended()
    await vi.advanceTimersByTimeAsync(4000)
    expect(done).toEqual(['always'])
    work.ended()
    await vi.advanceTimersByTimeAsync(4000)
    expect(done).toEqual(['always', 'always'])
    await vi.advanceTimersByTimeAsync(1000)
    expect(done.at(-1)).toBe('idle')
  })

  it('stops as soon as somebody speaks, and waits for the end of that', async () => {
    let stopped = false
    const {work, done, logged} = working(
      signal =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            stopped = true
            try {
              throwIfCancelled(signal)
            } catch (error) {
              reject(error)
            }
          }),
        ),
    )
    work.ended()
    await vi.advanceTimersByTimeAsync(5000)
    expect(stopped).toBe(false)
    work.spoken()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(stopped).toBe(true)
    expect(done).toEqual(['always'])
    expect(logged).toEqual([])
  })

  it('does not begin while somebody speaks', async () => {
    const {work, done} = working()
    work.ended()
    work.spoken()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(done).toEqual(['always'])
  })

  it('that fails is told, and tried again after the next exchange', async () => {
    let failures = 0
    const {work, done, logged} = working(async () => {
      if (failures++ === 0) throw new EssenceError('ENGINE_FAILED', 'out of order')
    })
    work.ended()
    await vi.advanceTimersByTimeAsync(5000)
    expect(logged).toEqual(['memory: out of order'])
    work.ended()
    await vi.advanceTimersByTimeAsync(5000)
    expect(done.at(-1)).toBe('idle')
    await expect(working(() => Promise.reject(new Error('now'))).work.settle()).rejects.toThrow('now')
  })

  it('ends with close, which waits for what runs', async () => {
    let ended = false
    const {work} = working(async signal => {
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      ended = true
    })
    work.ended()
    await vi.advanceTimersByTimeAsync(5000)
    await work.close()
    expect(ended).toBe(true)
    work.ended()
    await expect(work.settle()).rejects.toMatchObject({code: 'CANCELLED'})
  })
})
