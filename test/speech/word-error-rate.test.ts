import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {characterErrorRate, comparableWords, wordErrorRate} from './word-error-rate.ts'

const wer = (said: string, heard: string) => wordErrorRate([{said, heard}])

describe('wordErrorRate', () => {
  it.each([
    ['what time is it', 'what time is it', 0, 4],
    ['what time is it', 'What time is it?', 0, 4],
    ['what time is it', 'what time it', 1, 4],
    ['what time is it', 'what a time is it', 1, 4],
    ['what time is it', 'what dime is it', 1, 4],
    ['what time is it', '', 4, 4],
    ['', 'what time', 2, 0],
    ['', '', 0, 0],
    ["don't go", 'don’t go', 0, 2],
    ["don't go", 'dont go', 1, 2],
    ['one two three', 'three two one', 2, 3],
    ['Grüße aus Köln', 'grüße aus köln', 0, 3],
    ['a 10 b', 'a ten b', 1, 3],
  ])('of "%s" heard as "%s" counts %i errors of %i', (said, heard, errors, length) => {
    expect(wer(said, heard)).toMatchObject({errors, length})
  })

  it('is of all words, not the mean of the lines', () => {
    const pairs = [
      {said: 'hello', heard: 'yellow'},
      {said: 'to be or not to be that is', heard: 'to be or not to be that is'},
    ]
    expect(wordErrorRate(pairs).rate).toBeCloseTo(1 / 9)
    expect(wer('', 'two words').rate).toBe(2)
  })

  it('is a distance: 0 for the same, no more than the longer, no more the other way round', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), {maxLength: 8}).map(words => words.join(' '))
    fc.assert(
      fc.property(text, text, (said, heard) => {
        expect(wer(said, said).errors).toBe(0)
        expect(wer(said, heard).errors).toBe(wer(heard, said).errors)
        expect(wer(said, heard).errors).toBeLessThanOrEqual(
          Math.max(comparableWords(said).length, comparableWords(heard).length),
        )
      }),
    )
  })
})

describe('characterErrorRate', () => {
  it('counts characters, a space between words among them', () => {
    expect(characterErrorRate([{said: 'Hello, world', heard: 'hello word'}])).toMatchObject({errors: 1, length: 11})
    expect(characterErrorRate([{said: '今日は天気', heard: '今日は元気'}])).toMatchObject({errors: 1, length: 5})
  })
})
