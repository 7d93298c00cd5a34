import {calculate, formatNumber} from '@essence/core/assistant/arithmetic'
import {readNumber} from '@essence/core/assistant/spoken-numbers'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const ones =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

/** English words of a whole number, as an independent witness. */
const spell = (value: number): string => {
  if (value < 20) return ones[value] ?? ''
  if (value < 100) return [tens[Math.floor(value / 10) - 2], value % 10 ? ones[value % 10] : ''].join(' ').trim()
  for (const [scale, name] of [
    [1e9, 'billion'],
    [1e6, 'million'],
    [1e3, 'thousand'],
    [100, 'hundred'],
  ] as const)
    if (value >= scale) {
      const rest = value % scale
      const joint = rest > 0 && rest < 100 ? ' and ' : ' '
      return `${spell(Math.floor(value / scale))} ${name}${rest ? joint + spell(rest) : ''}`
    }
  return ''
}

describe('numbers in words', () => {
  it('are read back whole', () => {
    fc.assert(
      fc.property(fc.nat(999_999_999_999), value => {
        const words = spell(value).split(' ')
        expect(readNumber(words)).toEqual({value, length: words.length})
      }),
    )
  })

  it.each(['', 'plus', 'point five', 'hundred', 'and five'])('are not read from "%s"', text => {
    expect(readNumber(text.split(' '))).toBeUndefined()
  })
})

describe('a number to be read aloud', () => {
  it.each([
    [-2.5, 'minus 2.5'],
    [0.1 + 0.2, '0.3'],
    [1e-7, '0.0000001'],
    [999_999_999_999_999, '999999999999999'],
    [-0, '0'],
  ])('%d → %s', (value, text) => expect(formatNumber(value)).toBe(text))
})

describe('calculate', () => {
  it('adds and subtracts what is spoken', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), fc.boolean(), (a, b, plus) => {
        expect(calculate(`${spell(a)} ${plus ? 'plus' : 'minus'} ${spell(b)}`)?.result).toBe(plus ? a + b : a - b)
      }),
    )
  })

  it.each(['two', 'two plus', 'plus two', 'the two plus three', 'two plus three apples', 'two three'])(
    'leaves "%s" alone',
    text => {
      expect(calculate(text)).toBeUndefined()
    },
  )
})
