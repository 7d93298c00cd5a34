import {eightBitOf, floatsOf, isReadable} from '@essence/core/stt/ggml/ggml-blocks'
import {describe, expect, it} from 'vitest'

/** 1.5 and −0.25 as half floats, and what they are. */
const [d, m] = [0x3e00, 0xb400]
const numbers = Array.from({length: 32}, (_, i) => i)

const half = (value: number): number[] => [value & 255, value >> 8]
/** 32 numbers of 4 bits: i in the low half of byte i, i + 16 in its high half. */
const nibbles = (values: number[]): number[] =>
  values.slice(0, 16).map((value, i) => (value & 15) | (((values[i + 16] ?? 0) & 15) << 4))
/** The fifth bit of each. */
const fifths = (values: number[]): number[] => {
  const bytes = [0, 0, 0, 0]
  for (const [i, value] of values.entries()) if (value & 16) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7))
  return bytes
}
const small = numbers.map(i => (i * 7) % 16)
const five = numbers.map(i => (i * 11) % 32)
const signed = numbers.map(i => i * 8 - 128)

const table: [name: string, type: number, bytes: number[], expected: number[]][] = [
  ['F32', 0, [...new Uint8Array(Float32Array.of(0.1, -7, 3e-5).buffer)], [...Float32Array.of(0.1, -7, 3e-5)]],
  ['F16', 1, [...half(d), ...half(m), ...half(0x0001)], [1.5, -0.25, 2 ** -24]],
  ['Q4_0', 2, [...half(d), ...nibbles(small)], small.map(q => (q - 8) * 1.5)],
  ['Q4_1', 3, [...half(d), ...half(m), ...nibbles(small)], small.map(q => q * 1.5 - 0.25)],
  ['Q5_0', 6, [...half(d), ...fifths(five), ...nibbles(five)], five.map(q => (q - 16) * 1.5)],
  ['Q5_1', 7, [...half(d), ...half(m), ...fifths(five), ...nibbles(five)], five.map(q => q * 1.5 - 0.25)],
  ['Q8_0', 8, [...half(d), ...signed.map(q => q & 255)], signed.map(q => q * 1.5)],
]

describe('the blocks of ggml', () => {
  it.each(table)('%s holds the numbers it should', (_, type, bytes, expected) => {
    expect(isReadable(type)).toBe(true)
    expect([...floatsOf(type, Uint8Array.from(bytes))]).toEqual(expected)
  })

  it.each(table.filter(([, type]) => type > 1))(
    '%s in 8 bits differs by half a step at most',
    (name, type, bytes, expected) => {
      // Twice, so that blocks are told apart.
      const {quantised, scales} = eightBitOf(type, Uint8Array.from([...bytes, ...bytes]))
      expect([quantised.length, scales.length]).toEqual([64, 2])
      for (const [i, value] of [...expected, ...expected].entries()) {
        const scale = scales[i >> 5] ?? 0
        const back = ((quantised[i] ?? 0) - 128) * scale
        expect(Math.abs(back - value)).toBeLessThanOrEqual(name === 'Q8_0' ? 0 : scale * 0.5001)
      }
    },
  )

  it('keeps a block of zeros', () => {
    const {quantised, scales} = eightBitOf(1, new Uint8Array(64))
    expect(new Set(quantised)).toEqual(new Set([128]))
    expect([...scales]).toEqual([0])
  })

  it('does not pretend to read blocks of 256', () => {
    for (const type of [10, 11, 12, 13, 14, 30]) expect(isReadable(type)).toBe(false)
  })
})
