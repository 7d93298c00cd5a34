import {seededRandom, shuffled} from '@essence/core/kit/random'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

describe('seededRandom', () => {
  // What the author's own C prints for these seeds.
  it.each([
    [0, [1144304738, 1416247, 958946056, 627933444]],
    [1, [2693262067, 11749833, 2265367787, 4213581821]],
    [42, [2581720956, 1925393290, 3661312704, 2876485805]],
    [4294967295, [3850105811, 813802916, 3073704848, 4054706436]],
  ])('of seed %i is mulberry32', (seed, expected) => {
    const random = seededRandom(seed)
    expect(expected.map(() => random() * 2 ** 32)).toEqual(expected)
  })
})

describe('shuffled', () => {
  it('holds what the list held, and is the same for the same seed', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9)), fc.nat(), (list, seed) => {
        const order = shuffled(list, seededRandom(seed))
        expect(order.toSorted()).toEqual(list.toSorted())
        expect(shuffled(list, seededRandom(seed))).toEqual(order)
      }),
    )
  })

  it('gives every order equally often', () => {
    const random = seededRandom(1)
    const counts = new Map<string, number>()
    for (let round = 0; round < 6000; round++) {
      const order = shuffled(['a', 'b', 'c'], random).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    // 1000 each; four standard deviations.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(115)
  })
})
