import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {shorten, splitText} from '../../src/channel/split-text.ts'

const solid = (text: string): string => text.replace(/\s+/g, '')
const prose = fc
  .array(fc.constantFrom('June', 'answers.', 'Why?', 'ja', '\n\n', '\n', '👩‍👩‍👧', 'e\u0301', '漢字。', '\t'), {
    maxLength: 200,
  })
  .map(words => words.join(' '))
const anyText = fc.oneof(
  prose,
  fc.string({unit: 'binary', maxLength: 400}),
  fc.string({unit: 'grapheme', maxLength: 400}),
)

/** A UTF-16 text with half a character at either end. */
const torn = (part: string): boolean => /^[\udc00-\udfff]|[\ud800-\udbff]$/.test(part)

describe('splitText', () => {
  it('loses nothing but blanks between parts, and keeps every part within the limit', () => {
    fc.assert(
      fc.property(anyText, fc.integer({min: 2, max: 120}), (text, limit) => {
        const parts = splitText(text, limit)
        expect(solid(parts.join(''))).toBe(solid(text))
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(limit)
          expect(part.trim()).not.toBe('')
        }
      }),
    )
  })

  it('never cuts a character in two', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme', maxLength: 300}), fc.integer({min: 2, max: 60}), (text, limit) => {
        expect(splitText(text, limit).some(torn)).toBe(false)
      }),
    )
  })

  it('cuts after a paragraph rather than a sentence, and after a sentence rather than a word', () => {
    expect(splitText('One two. Three.\n\nFour five six', 20)).toEqual(['One two. Three.', 'Four five six'])
    expect(splitText('One two three. Four five six', 20)).toEqual(['One two three.', 'Four five six'])
    expect(splitText('One two three four five six', 20)).toEqual(['One two three four', 'five six'])
  })

  it('takes a boundary right at the limit', () => {
    expect(splitText('abcde fghij', 5)).toEqual(['abcde', 'fghij'])
  })

  it('does not leave a tiny part for the sake of a paragraph', () => {
    expect(splitText(`Hm.\n\n${'word '.repeat(10)}`, 30)[0]?.length).toBeGreaterThan(15)
  })

  it('counts as Telegram does: 4096 UTF-16 units', () => {
    expect(splitText('😀'.repeat(2048), 4096)).toHaveLength(1)
    expect(splitText('😀'.repeat(2049), 4096).map(part => part.length)).toEqual([4096, 2])
  })
})

describe('shorten', () => {
  it('keeps within the limit, marks the cut, and tears no character', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme', maxLength: 100}), fc.integer({min: 3, max: 50}), (text, limit) => {
        const short = shorten(text, limit)
        expect(short.length).toBeLessThanOrEqual(limit)
        expect(torn(short)).toBe(false)
        if (text.length > limit) expect(short.endsWith('…')).toBe(true)
        else expect(short).toBe(text)
      }),
    )
  })
})
