// Which token may come next, on logits a test makes; a vocabulary of ten words.
import {suppressedTokens, suppressTokens, type TokenRules} from '@essence/core/stt/whisper-onnx/rules'
import {tokenAt} from '@essence/core/stt/whisper-onnx/shortlist'
import type {SpecialTokens} from '@essence/core/stt/whisper-onnx/tokens'
import {WhisperVocabulary} from '@essence/core/stt/whisper-onnx/tokens'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {shortlistFrom} from './shortlist.ts'

const special: SpecialTokens = {
  end: 10,
  start: 11,
  languages: [12, 13],
  translate: 14,
  transcribe: 15,
  previous: 16,
  noSpeech: 17,
  noTimes: 18,
  firstTime: 19,
}
const vocabularySize = 19 + 1501
const suppressed = new Set([5, 11, 12, 13, 14, 15, 16, 17, 18])
const rules: TokenRules = {special, blank: 3, times: true}
const time = (seconds: number): number => special.firstTime + Math.round(seconds * 50)
const [hello, world] = [0, 1]

/** The logits of all tokens, under the rules. */
const ruled = (given: Float32Array, spoken: readonly number[], by = rules): Float32Array => {
  const list = shortlistFrom(given, special, suppressed)
  suppressTokens(list, spoken, by)
  const logits = new Float32Array(given.length).fill(Number.NEGATIVE_INFINITY)
  for (const [place, logit] of list.logits.entries()) logits[tokenAt(list, place, special)] = logit
  return logits
}

/** The tokens that may follow, of those that are asked about. */
const allowed = (
  spoken: readonly number[],
  asked: readonly number[],
  likely: readonly number[] = [hello, special.end],
) => {
  const logits = new Float32Array(vocabularySize)
  for (const token of likely) logits[token] = 20
  const left = ruled(logits, spoken)
  return asked.filter(token => left[token] !== Number.NEGATIVE_INFINITY)
}

describe('times', () => {
  it.each<[string, number[], number[], number[]]>([
    [
      'come first, and not later than a second',
      [],
      [hello, special.end, time(0), time(1), time(1.02)],
      [time(0), time(1)],
    ],
    ['are followed by text where they are the first', [time(0)], [hello, world, time(0), time(3)], [hello, world]],
    [
      'may end a segment, later than it began',
      [time(1), hello],
      [hello, time(0.5), time(1), time(1.02)],
      [hello, time(1.02)],
    ],
    [
      'that end a segment are followed by one that begins the next, or the end',
      [time(0), hello, time(2)],
      [hello, special.end, time(1), time(2), time(5)],
      [special.end, time(2), time(5)],
    ],
    [
      'are never three in a row',
      [time(0), hello, time(2), time(2)],
      [world, special.end, time(2), time(3)],
      [world, special.end],
    ],
  ])('%s', (_, spoken, asked, may) => {
    expect(allowed(spoken, asked)).toEqual(may)
  })

  it('go before text where all of them together are likelier than any word', () => {
    const spoken = [time(0), hello]
    // One word stands at 3, 1500 times at 0: e^3 against 1500.
    const logits = new Float32Array(vocabularySize)
    logits[world] = 3
    const left = ruled(logits, spoken)
    expect(left[world]).toBe(Number.NEGATIVE_INFINITY)
    expect(left[special.end]).toBe(Number.NEGATIVE_INFINITY)
    expect(left[time(2)]).toBe(0)
    // And not where the word is.
    expect(allowed(spoken, [world, time(2)], [world])).toEqual([world, time(2)])
  })

  it('are never written by a model that does not know them', () => {
    const logits = new Float32Array(vocabularySize)
    const left = ruled(logits, [], {...rules, times: false})
    expect([...left.keys()].filter(token => left[token] === 0)).toEqual([0, 1, 2, 4, 6, 7, 8, 9])
  })
})

it('the first word is neither a blank nor the end, later ones may be', () => {
  const without = {...rules, times: false}
  const of = (spoken: number[]) => {
    const logits = new Float32Array(vocabularySize)
    const left = ruled(logits, spoken, without)
    return [3, special.end].filter(token => left[token] === 0)
  }
  expect(of([])).toEqual([])
  expect(of([hello])).toEqual([3, special.end])
})

/** OpenAI's decoding.py (SuppressBlank, SuppressTokens, ApplyTimestampRules), written down anew, loop by loop. */
const openai = (given: readonly number[], spoken: readonly number[]): number[] => {
  const logits = [...given]
  const begin = special.firstTime
  const none = (from: number, to: number): void => {
    for (let token = from; token < to; token++) logits[token] = Number.NEGATIVE_INFINITY
  }
  if (spoken.length === 0) for (const token of [3, special.end]) none(token, token + 1)
  for (const token of suppressed) none(token, token + 1)
  const lastWas = spoken.length >= 1 && (spoken[spoken.length - 1] ?? 0) >= begin
  const beforeWas = spoken.length < 2 || (spoken[spoken.length - 2] ?? 0) >= begin
  if (lastWas && beforeWas) none(begin, logits.length)
  if (lastWas && !beforeWas) none(0, special.end)
  const times = spoken.filter(token => token >= begin)
  if (times.length > 0) {
    const last = times[times.length - 1] ?? 0
    none(begin, lastWas && !beforeWas ? last : last + 1)
  }
  if (spoken.length === 0) {
    none(0, begin)
    none(begin + 50 + 1, logits.length)
  }
  const total = logits.reduce((sum, one) => sum + Math.exp(one), 0)
  const logProbability = (one: number): number => one - Math.log(total)
  const timesTogether = Math.log(logits.slice(begin).reduce((sum, one) => sum + Math.exp(logProbability(one)), 0))
  const bestText = Math.max(...logits.slice(0, begin).map(logProbability))
  if (timesTogether > bestText) none(0, begin)
  return logits
}

it("forbids what OpenAI's rules forbid, whatever was said and however likely anything is", () => {
  const word = fc.integer({min: 0, max: 9})
  const stamp = fc.integer({min: special.firstTime, max: vocabularySize - 1})
  const spokens = fc.array(fc.oneof(word, stamp), {maxLength: 8})
  fc.assert(
    fc.property(
      spokens,
      fc.integer({min: 1, max: 1e9}),
      fc.double({min: 0, max: 12, noNaN: true}),
      (spoken, seed, gain) => {
        let state = seed
        const given = Array.from({length: vocabularySize}, (_, token) => {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
          return (state / 2 ** 32) * 4 + (token < special.firstTime ? gain : 0)
        })
        const logits = ruled(Float32Array.from(given), spoken)
        const wanted = openai(given, spoken)
        const forbidden = (all: ArrayLike<number>): number[] =>
          Array.from(all, (one, token) => (one === Number.NEGATIVE_INFINITY ? token : -1)).filter(token => token >= 0)
        expect(forbidden(logits)).toEqual(forbidden(wanted))
      },
    ),
    {seed: 8, numRuns: 150},
  )
})

it('what stands for no speech is never spoken: signs, and specials but the end and the times', () => {
  const words = ['hello', '-', ' -', "'", " '", '♪', ' ♪', '((', '[', ' [', '!']
  const vocabulary = new WhisperVocabulary(
    words.map(word => new TextEncoder().encode(word)),
    words.length,
  )
  const never = suppressedTokens(special, vocabulary)
  const spoken = words.filter((_, number) => !never.has(number))
  // Within a word a hyphen and an apostrophe are speech.
  expect(spoken).toEqual(['hello', '-', "'", '!'])
  expect([11, 12, 13, 14, 15, 16, 17, 18].every(token => never.has(token))).toBe(true)
  expect(never.has(special.firstTime)).toBe(false)
})
