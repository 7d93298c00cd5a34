import {alignWords, differencesOf} from '@essence/core/accuracy/align'
import {editDistance} from '@essence/core/accuracy/edit-distance'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

/** Also longer than the 32 rows that are done at a time. */
const texts = fc.oneof(
  fc.array(fc.constantFrom('a', 'b', 'c'), {maxLength: 12}),
  fc.array(fc.constantFrom('a', 'b', 'c', 'd'), {minLength: 30, maxLength: 100}),
)

/** Levenshtein's table, as the books have it. */
const distanceByTable = (from: readonly string[], to: readonly string[]): number => {
  let above = Array.from({length: to.length + 1}, (_, column) => column)
  for (const [i, unit] of from.entries()) {
    const row = [i + 1]
    for (const [j, other] of to.entries())
      row.push(Math.min((row[j] ?? 0) + 1, (above[j + 1] ?? 0) + 1, (above[j] ?? 0) + (unit === other ? 0 : 1)))
    above = row
  }
  return above[to.length] ?? 0
}

describe('editDistance', () => {
  it('is Levenshtein’s', () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        expect(editDistance(a, b)).toBe(distanceByTable(a, b))
      }),
    )
  })

  it('is a distance: 0 of the same, the same both ways, no longer by a third text, at most the longer text', () => {
    fc.assert(
      fc.property(texts, texts, texts, (a, b, c) => {
        expect(editDistance(a, a)).toBe(0)
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c))
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length))
      }),
    )
  })
})

describe('alignWords', () => {
  it('tells what was left out, put in and changed', () => {
    expect(alignWords(['what', 'time', 'is', 'it'], ['what', 'a', 'dime', 'it'])).toEqual([
      {said: 'what', heard: 'what'},
      {said: 'time', heard: 'a'},
      {said: 'is', heard: 'dime'},
      {said: 'it', heard: 'it'},
    ])
    expect(alignWords(['to', 'be', 'or', 'not'], ['oh', 'to', 'be', 'not'])).toEqual([
      {heard: 'oh'},
      {said: 'to', heard: 'to'},
      {said: 'be', heard: 'be'},
      {said: 'or'},
      {said: 'not', heard: 'not'},
    ])
    expect(alignWords([], [])).toEqual([])
  })

  it('holds both texts, in order, with the fewest differences', () => {
    fc.assert(
      fc.property(texts, texts, (said, heard) => {
        const alignment = alignWords(said, heard)
        expect(alignment.flatMap(word => word.said ?? [])).toEqual(said)
        expect(alignment.flatMap(word => word.heard ?? [])).toEqual(heard)
        expect(differencesOf(alignment)).toBe(editDistance(said, heard))
      }),
    )
  })

  it('aligns the words of an hour', () => {
    const said = Array.from({length: 9000}, (_, index) => String((index * 7919) % 1009))
    const heard = said.filter((_, index) => index % 100 !== 50).map((word, index) => (index % 100 === 7 ? 'x' : word))
    expect(differencesOf(alignWords(said, heard))).toBe(180)
  })
})
