import {EssenceError} from '@essence/core/kit/errors'
import {FairSemaphore} from '@essence/core/kit/flow/fair-semaphore'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const refusal = () => new EssenceError('ENGINE_BUSY', 'full')
const fair = (limit: number, maxWaiting = 100, maxWaitingPerKey = 100, limitPerKey?: number) =>
  new FairSemaphore({limit, maxWaiting, maxWaitingPerKey, limitPerKey, refusal})

describe('a fair semaphore', () => {
  it('serves one of each key before a second one of any', async () => {
    const places = fair(1)
    const release = await places.acquire('a')
    const served: string[] = []
    const all = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map(async name => {
      const done = await places.acquire(name.charAt(0))
      served.push(name)
      done()
    })
    release()
    await Promise.all(all)
    expect(served).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
    expect(await places.idle()).toBe(true)
  })

  it('tells each how many are before it, which comes true', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c'), {maxLength: 12}), async keys => {
        const places = fair(1)
        const release = await places.acquire('x')
        const told: number[] = []
        const served: number[] = []
        const all = keys.map(async (key, index) => {
          const done = await places.acquire(key, {onPlace: place => (told[index] = place)})
          served.push(index)
          done()
        })
        const before = [...told]
        release()
        await Promise.all(all)
        expect(keys.map((_, index) => served.indexOf(index))).toEqual(before)
      }),
    )
  })

  it('refuses beyond its bounds, of all and of one key', async () => {
    const places = fair(1, 3, 2)
    await places.acquire('a')
    const waiting = [places.acquire('a'), places.acquire('a')]
    await expect(places.acquire('a')).rejects.toMatchObject({code: 'ENGINE_BUSY'})
    waiting.push(places.acquire('b'))
    await expect(places.acquire('c')).rejects.toMatchObject({code: 'ENGINE_BUSY'})
    expect(places.waiting).toBe(3)
  })

  it('lets no key hold more than its share, also where places are free', async () => {
    const places = fair(3, 100, 100, 2)
    const held = [await places.acquire('a'), await places.acquire('a')]
    const third = places.acquire('a')
    const other = await places.acquire('b')
    expect(places.waiting).toBe(1)
    other()
    expect(places.waiting).toBe(1)
    held[0]?.()
    for (const release of [held[1], await third]) release?.()
    expect(await places.idle()).toBe(true)
  })

  it('gives up the place of one that leaves, and tells those behind it', async () => {
    const places = fair(1)
    const release = await places.acquire('a')
    const leaving = new AbortController()
    const first = places.acquire('a', {signal: leaving.signal})
    const told: number[] = []
    const second = places.acquire('a', {onPlace: place => told.push(place)})
    leaving.abort()
    await expect(first).rejects.toMatchObject({code: 'CANCELLED'})
    release()
    ;(await second)()
    expect(told).toEqual([1, 0])
    expect(await places.idle()).toBe(true)
  })
})
