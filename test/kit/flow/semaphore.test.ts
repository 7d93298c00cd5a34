import {EssenceError} from '@essence/core/kit/errors'
import {type Release, Semaphore} from '@essence/core/kit/flow/semaphore'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const op = fc.oneof(
  {arbitrary: fc.record({do: fc.constant('acquire' as const)}), weight: 4},
  {arbitrary: fc.record({do: fc.constant('try' as const)}), weight: 1},
  {arbitrary: fc.record({do: fc.constantFrom('abort' as const, 'release' as const), which: fc.nat(9)}), weight: 4},
)

describe('Semaphore', () => {
  it('never more than its places; first come, first served; an abort gives up its place in the line', async () => {
    const ops = fc.array(op, {maxLength: 60})
    await fc.assert(
      fc.asyncProperty(ops, fc.integer({min: 1, max: 4}), fc.option(fc.nat(3)), async (list, limit, maxWaiting) => {
        const semaphore = new Semaphore(limit, maxWaiting === null ? {} : {maxWaiting})
        const callers: AbortController[] = []
        const fates: unknown[] = []
        const releases: (Release | undefined)[] = []
        // What should be.
        const inside: number[] = []
        const line: number[] = []
        const expected: unknown[] = []
        const enter = (who: number): void => {
          inside.push(who)
          expected[who] = 'inside'
        }
        for (const each of list) {
          const who = callers.length
          if (each.do === 'acquire') {
            const caller = new AbortController()
            callers.push(caller)
            fates.push('waiting')
            semaphore.acquire(caller.signal).then(
              release => {
                releases[who] = release
                fates[who] = 'inside'
              },
              error => {
                fates[who] = error.code
              },
            )
            if (inside.length < limit) enter(who)
            else if (maxWaiting !== null && line.length >= maxWaiting) expected[who] = 'ENGINE_BUSY'
            else {
              line.push(who)
              expected[who] = 'waiting'
            }
          } else if (each.do === 'try') {
            callers.push(new AbortController())
            releases[who] = semaphore.tryAcquire()
            fates[who] = releases[who] ? 'inside' : 'none free'
            if (inside.length < limit) enter(who)
            else expected[who] = 'none free'
          } else if (each.do === 'abort') {
            const [gone] = line.splice(each.which % (line.length + 1), 1)
            if (gone === undefined) continue
            callers[gone]?.abort()
            expected[gone] = 'CANCELLED'
          } else {
            const [gone] = inside.splice(each.which % (inside.length + 1), 1)
            if (gone === undefined) continue
            // Before it knows that it is inside, nobody can leave.
            await settled()
            callers[gone]?.abort()
            releases[gone]?.()
            releases[gone]?.()
            const next = line.shift()
            if (next !== undefined) enter(next)
          }
          expect([semaphore.held, semaphore.waiting]).toEqual([inside.length, line.length])
          expect(semaphore.held).toBeLessThanOrEqual(limit)
        }
        await settled()
        expect(fates).toEqual(expected)
      }),
    )
  })

  it('runs work in a place, which is free again when the work fails', async () => {
    const semaphore = new Semaphore(1)
    await expect(semaphore.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await semaphore.run(async () => semaphore.held)).toBe(1)
    expect(semaphore.held).toBe(0)
  })

  it('says why it was cancelled, and takes nobody whose signal is aborted', async () => {
    const semaphore = new Semaphore(1)
    await expect(semaphore.acquire(AbortSignal.abort('late'))).rejects.toMatchObject({code: 'CANCELLED', cause: 'late'})
    await semaphore.acquire()
    const caller = new AbortController()
    const waiting = semaphore.acquire(caller.signal)
    caller.abort('enough')
    await expect(waiting).rejects.toMatchObject({code: 'CANCELLED', cause: 'enough'})
  })

  it('refuses in the words it was given', async () => {
    const semaphore = new Semaphore(1, {maxWaiting: 0, refusal: () => new EssenceError('ENGINE_BUSY', 'Full.')})
    await semaphore.acquire()
    await expect(semaphore.acquire()).rejects.toThrow('Full.')
  })

  it('is idle when the last has left, or not before the deadline', async () => {
    const semaphore = new Semaphore(2)
    expect(await semaphore.idle()).toBe(true)
    const releases = [await semaphore.acquire(), await semaphore.acquire()]
    const waiting = semaphore.acquire()
    const deadline = new AbortController()
    const late = semaphore.idle(deadline.signal)
    deadline.abort()
    expect(await late).toBe(false)
    expect(await semaphore.idle(deadline.signal)).toBe(false)
    let isIdle = false
    const idle = semaphore.idle(new AbortController().signal).then(() => {
      isIdle = true
    })
    for (const release of releases) release()
    const last = await waiting
    expect(isIdle).toBe(false)
    last()
    await idle
  })

  it('closed by the work in its only place: those behind are sent away, none of them begins', async () => {
    const semaphore = new Semaphore(1)
    const begun: string[] = []
    const ask = (name: string) =>
      semaphore.run(async () => {
        begun.push(name)
        await undefined
        if (name !== 'b') return
        const no = new Error('no')
        semaphore.close(no)
        throw no
      })
    const outcomes = await Promise.allSettled([ask('a'), ask('b'), ask('c'), ask('d')])
    expect(begun).toEqual(['a', 'b'])
    const no = {reason: {message: 'no'}}
    expect(outcomes).toMatchObject([{status: 'fulfilled'}, no, no, no])
  })

  it('closed: sends away those who wait and those who come, and is idle when the others have left', async () => {
    const semaphore = new Semaphore(1)
    const release = await semaphore.acquire()
    const waiting = semaphore.acquire()
    semaphore.close(new Error('the first'))
    semaphore.close(new Error('the second'))
    await expect(waiting).rejects.toThrow('the first')
    await expect(semaphore.acquire()).rejects.toThrow('the first')
    release()
    expect(semaphore.tryAcquire()).toBeUndefined()
    expect(await semaphore.idle()).toBe(true)
  })
})

const settled = async (): Promise<void> => {
  for (let tick = 0; tick < 10; tick++) await undefined
}
