import {EssenceError} from '@essence/core/kit/errors'
import {KeyedQueue} from '@essence/core/kit/flow/keyed-queue'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const ticks = async (count: number): Promise<void> => {
  for (let tick = 0; tick < count; tick++) await undefined
}

const task = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  /** Turns of the microtask queue before it comes, while it works, and until it is aborted. */
  comes: fc.nat(6),
  works: fc.nat(12),
  aborted: fc.option(fc.nat(12), {freq: 3}),
  fails: fc.boolean(),
})

/** Of the last key one gives up: its place goes to one that waits, while another of that key waits for a place of all. */
const abortedAhead = [
  {key: 'a', comes: 0, aborted: null},
  {key: 'c', comes: 1, aborted: null},
  {key: 'b', comes: 0, aborted: null},
  {key: 'c', comes: 0, aborted: 0},
  {key: 'a', comes: 0, aborted: null},
  {key: 'c', comes: 0, aborted: null},
].map(one => ({...one, works: 0, fails: false}))

describe('KeyedQueue', () => {
  it('keeps the order of each key and both limits, however tasks end', async () => {
    const limits = fc.record({perKey: fc.integer({min: 1, max: 2}), limit: fc.integer({min: 1, max: 3})})
    await fc.assert(
      fc.asyncProperty(fc.array(task, {maxLength: 20}), limits, async (tasks, {perKey, limit}) => {
        const queue = new KeyedQueue<string>({perKey, limit})
        const came = new Map<string, number[]>()
        const begun = new Map<string, number[]>()
        const gaveUp = new Set<number>()
        const running = {a: 0, b: 0, c: 0} as Record<string, number>
        const total = (): number => Object.values(running).reduce((sum, count) => sum + count)
        const outcomes = await Promise.allSettled(
          tasks.map(async ({key, comes, works, aborted, fails}, index) => {
            await ticks(comes)
            const caller = new AbortController()
            if (aborted !== null) ticks(aborted).then(() => caller.abort())
            came.set(key, [...(came.get(key) ?? []), index])
            await queue
              .run(
                key,
                async () => {
                  begun.set(key, [...(begun.get(key) ?? []), index])
                  running[key] = (running[key] ?? 0) + 1
                  expect(running[key]).toBeLessThanOrEqual(perKey)
                  expect(total()).toBeLessThanOrEqual(limit)
                  await ticks(works)
                  running[key]--
                  if (fails) throw new Error('own')
                },
                caller.signal,
              )
              .catch((error: Error) => {
                if (error.message === 'own') return
                expect(error).toMatchObject({code: 'CANCELLED'})
                gaveUp.add(index)
              })
          }),
        )
        expect(outcomes.filter(({status}) => status === 'rejected')).toEqual([])
        for (const [key, order] of came) {
          expect(begun.get(key) ?? []).toEqual(order.filter(index => !gaveUp.has(index)))
        }
        expect(await queue.idle(AbortSignal.abort())).toBe(true)
        expect(queue.waiting).toBe(0)
      }),
      {examples: [[abortedAhead, {perKey: 2, limit: 3}]]},
    )
  })

  it('what waits for its own key takes no place from others', async () => {
    const queue = new KeyedQueue<number>({limit: 2})
    const first = await queue.acquire(1)
    const second = queue.acquire(1)
    const other = await queue.acquire(2)
    expect(queue.waiting).toBe(1)
    other()
    first()
    const release = await second
    release()
    expect(await queue.idle()).toBe(true)
  })

  it('an abort frees the place at once, whether its key or all others are waited for', async () => {
    const queue = new KeyedQueue<string>({limit: 1})
    const first = await queue.acquire('a')
    const callers = [new AbortController(), new AbortController()]
    const waiting = Promise.allSettled([
      queue.acquire('b', callers[0]?.signal),
      queue.acquire('b', callers[1]?.signal),
      queue.acquire('b'),
    ])
    await ticks(10)
    for (const caller of callers) caller.abort()
    await ticks(10)
    expect(queue.waiting).toBe(1)
    first()
    expect(await waiting).toMatchObject([
      {reason: {code: 'CANCELLED'}},
      {reason: {code: 'CANCELLED'}},
      {status: 'fulfilled'},
    ])
  })

  it('a key that has been served goes behind those that wait', async () => {
    const queue = new KeyedQueue<string>({limit: 1})
    const order: string[] = []
    const work = (name: string) => async () => void order.push(name)
    await Promise.all([
      queue.run('a', work('a1')),
      queue.run('a', work('a2')),
      queue.run('b', work('b1')),
      queue.run('c', work('c1')),
    ])
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2'])
  })

  it('refuses beyond the bound of a key, and of that key only', async () => {
    const refusal = () => new EssenceError('ENGINE_BUSY', 'Wait for the answers.')
    const queue = new KeyedQueue<string>({maxWaiting: 1, refusal})
    const [first] = await Promise.all([queue.acquire('a'), queue.acquire('b')])
    const second = queue.acquire('a')
    await expect(queue.acquire('a')).rejects.toThrow('Wait for the answers.')
    first()
    await second
  })

  it('says when there is room, and stops: nothing more begins, what runs ends', async () => {
    const queue = new KeyedQueue<string>()
    const first = await queue.acquire('a')
    const outcome = Promise.allSettled([queue.acquire('a'), queue.acquire('a')])
    expect(await queue.room(3)).toBe(true)
    expect(await queue.room(2, AbortSignal.abort())).toBe(false)
    const room = queue.room(2)
    const [deadline, stopped] = [new AbortController(), new Error('stopped')]
    const late = queue.idle(deadline.signal)
    queue.close(stopped)
    expect(await room).toBe(true)
    expect(await outcome).toMatchObject([{reason: stopped}, {reason: stopped}])
    await expect(queue.acquire('b')).rejects.toBe(stopped)
    deadline.abort()
    expect(await late).toBe(false)
    first()
    expect(await queue.idle()).toBe(true)
  })
})
