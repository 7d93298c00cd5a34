import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {displayWidth, fitEnd, fitStart, padColumns} from '../../src/kit/display-width.ts'

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['June', 4],
    ['Grüße', 5],
    ['e\u0301', 1],
    ['今日は', 6],
    ['ＡＢ', 4],
    ['한국어', 6],
    ['👍🏽', 2],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['ภาษาไทย', 7],
    ['1 #', 3],
    ['→ …', 3],
  ])('%s takes %d columns', (text, columns) => expect(displayWidth(text)).toBe(columns))
})

describe('fitting', () => {
  it('leaves out the end, or the beginning, and says so', () => {
    expect(fitStart('abcdef', 4)).toBe('abc…')
    expect(fitEnd('abcdef', 4)).toBe('…def')
    expect(fitEnd('今日は天気', 5)).toBe('…天気')
    expect(fitStart('abc', 3)).toBe('abc')
    expect(padColumns('今日', 6)).toBe('今日  ')
  })

  it('never takes more columns than there are', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme', maxLength: 40}), fc.integer({min: 1, max: 30}), (text, columns) => {
        expect(displayWidth(fitStart(text, columns))).toBeLessThanOrEqual(columns)
        expect(displayWidth(fitEnd(text, columns))).toBeLessThanOrEqual(columns)
      }),
    )
  })
})
