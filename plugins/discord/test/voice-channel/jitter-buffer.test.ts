import fc from 'fast-check'
import {expect, it} from 'vitest'
import {JitterBuffer} from '../../src/voice-channel/packets/jitter-buffer.ts'

const open = () => {
  let now = 0
  const given: (number | string)[] = []
  const buffer = new JitterBuffer<number>(
    one => given.push('packet' in one ? one.packet : `${one.lost} lost`),
    () => now,
  )
  return {
    buffer,
    given,
    /** These come, one every 20 ms; undefined: nothing does. */
    come: (...numbers: (number | undefined)[]): void => {
      for (const number of numbers) {
        now += 20
        if (number !== undefined) buffer.push(number, number)
        buffer.look()
      }
    },
  }
}

it('lets pass at once what comes in order, also where numbers begin again', () => {
  const {buffer, given} = open()
  for (const number of [65_534, 65_535, 0, 1]) {
    buffer.push(number, number)
    expect(given.at(-1)).toBe(number)
  }
})

it('puts in order what overtook each other, and drops what comes twice', () => {
  const {come, given} = open()
  come(1, 2, 4, 3, 3, 5, 7, 7, 6, 8)
  expect(given).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

it('gives up what does not come within 60 ms, and drops it when it comes later', () => {
  const {come, given} = open()
  come(1, 3, 4)
  expect(given).toEqual([1])
  come(5)
  expect(given).toEqual([1, '1 lost', 3, 4, 5])
  come(2, 6)
  expect(given).toEqual([1, '1 lost', 3, 4, 5, 6])
  come(9, undefined, undefined, undefined)
  expect(given).toEqual([1, '1 lost', 3, 4, 5, 6, '2 lost', 9])
})

it('begins anew with another stream, and loses nothing of the one before', () => {
  const {come, given} = open()
  come(1, 2, 4, 30_000, 30_001)
  expect(given).toEqual([1, 2, '1 lost', 4, 30_000, 30_001])
})

it('gives each packet once and in order, whatever the network does', () => {
  const network = fc.array(fc.record({isLost: fc.boolean(), delay: fc.integer({min: 0, max: 5})}), {maxLength: 60})
  fc.assert(
    fc.property(network, packets => {
      const {buffer, given, come} = open()
      const arriving = packets
        .map(({isLost, delay}, number) => ({number, isLost, at: number + delay}))
        .filter(({isLost}) => !isLost)
        .toSorted((a, b) => a.at - b.at)
      for (const {number} of arriving) come(number)
      come(undefined, undefined, undefined, undefined)
      const numbers = given.filter(one => typeof one === 'number')
      expect(buffer.isWaiting).toBe(false)
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
      // Lost ones are counted, between the first and the last that came.
      const lost = given.reduce<number>((sum, one) => sum + (typeof one === 'string' ? Number.parseInt(one, 10) : 0), 0)
      if (numbers.length > 0) expect(numbers.length + lost).toBe((numbers.at(-1) ?? 0) - (numbers[0] ?? 0) + 1)
    }),
  )
})
