import {breakOff, heardText} from '@essence/core/conversation/speaking/heard'
import fc from 'fast-check'
import {expect, it} from 'vitest'

const sentence = (text: string, startMs: number, endMs: number) => ({text, startMs, endMs})

it('is cut at the word, within the sentence that was interrupted', () => {
  const said = [sentence('The sea is wide.', 0, 1500), sentence('It is full of fish and ships.', 1500, 4000)]
  expect(heardText(said, 0)).toBe('')
  expect(heardText(said, 1490)).toBe('The sea is wide.')
  expect(heardText(said, 2500)).toBe('The sea is wide. It is full of')
  expect(heardText(said, 4000)).toBe('The sea is wide. It is full of fish and ships.')
})

it('has nothing of a sentence that was not spoken yet; one without a sound counts with what comes after it', () => {
  const said = [sentence('One.', 0, 800), sentence('```code```', 800, 800), sentence('Two.', 800, 1600)]
  expect(heardText(said, 700)).toBe('One.')
  expect(heardText(said, 1600)).toBe('One. ```code``` Two.')
  expect(heardText([sentence('One.', 0, 800), sentence('Two is long.', 800, 800)], 5000)).toBe('One.')
})

it('is measured by what was heard of a sentence that broke off, not by all that was written of it', () => {
  const said = [sentence('The sea is wide.', 0, 1500), sentence('It is full of fish and ships and more.', 1500, 2500)]
  breakOff(said, {heard: 'The sea is wide. It is full of', heardMs: 2500})
  expect(heardText(said, 2500)).toBe('The sea is wide. It is full of')
  expect(heardText(said, 2000)).toBe('The sea is wide. It is')
  // The next sentence was only about to be heard.
  const next = [sentence('The sea is wide.', 0, 1500), sentence('It is full.', 1500, 1500)]
  breakOff(next, {heard: 'The sea is', heardMs: 1000})
  expect(heardText(next, 1500)).toBe('The sea is wide.')
  expect(heardText(next, 700)).toBe('The sea')
})

it('is a beginning of what was said, and the longer the more was heard', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,8}[,.]?$/), {minLength: 1, maxLength: 8})
  fc.assert(
    fc.property(fc.array(words, {minLength: 1, maxLength: 5}), fc.nat(6000), fc.nat(6000), (texts, a, b) => {
      const ends = texts.map((_, i) => 250 * texts.slice(0, i + 1).flat().length)
      const said = texts.map((list, i) => sentence(list.join(' '), ends[i - 1] ?? 0, ends[i] as number))
      const [less, more] = [heardText(said, Math.min(a, b)), heardText(said, Math.max(a, b))]
      expect(
        texts
          .map(list => list.join(' '))
          .join(' ')
          .startsWith(more),
      ).toBe(true)
      expect(more.startsWith(less)).toBe(true)
    }),
  )
})
