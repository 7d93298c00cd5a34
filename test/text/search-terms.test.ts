import {indexedForms, searchTerms} from '@essence/core/text/search-terms'
import fc from 'fast-check'
import {expect, it} from 'vitest'

const finds = (question: string, text: string): boolean => {
  const forms = indexedForms(text)
  return searchTerms(question).some(term => forms.includes(term.replace(':*', '')))
}

it('finds a word by itself and by its other forms, without prefixes to search by', () => {
  for (const [question, text] of [
    ['Where have I lived?', 'She lives in Lyon'],
    ['the gardens', 'gardening'],
    ['Which plant?', 'two plants'],
    ['Meine Katzen?', 'Die Katze schläft'],
    ['dog', 'dogs'],
    ['the code 4711', 'the code is 4711'],
    ['TV', 'a new TV'],
    ['鍵', '鍵 在 這裡'],
  ] as const)
    expect([question, finds(question, text)]).toEqual([question, true])
  expect(finds('cat', 'catastrophe')).toBe(false)
  expect(finds('the', 'the and of')).toBe(false)
})

it('finds every word that says something by itself', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[\p{L}\p{N}\p{M}]{1,60}$/u), word => {
      if (searchTerms(word).length > 0) expect([word, finds(word, `so ${word}, yes`)]).toEqual([word, true])
    }),
    {numRuns: 2000},
  )
})
