import {scoreConversion} from '@essence/core/accuracy/score'
import {summarize, summarizeByLength} from '@essence/core/accuracy/summarize'
import {seededRandom} from '@essence/core/kit/random'
import {describe, expect, it} from 'vitest'

const none = {failed: 0, seed: 1}
const right = scoreConversion('hello june', 'Hello, June!')
const wrong = scoreConversion('to be or not to be', 'to see or not to be')

/** Cases of ten words, each of which is wrong with a probability. */
const cases = (count: number, probability: number) => {
  const random = seededRandom(5)
  const said = 'ape bee cat dog elk fox gnu hen ibis jay'
  const heard = () => said.replace(/\w+/g, word => (random() < probability ? 'yak' : word))
  return Array.from({length: count}, () => scoreConversion(said, heard()))
}

describe('summarize', () => {
  it('counts all errors of all words, not the mean of the cases', () => {
    expect(summarize([right, wrong], none)).toMatchObject({
      cases: 2,
      failed: 0,
      words: 8,
      wer: 1 / 8,
      cer: 2 / 28,
      exact: 0.5,
      similarity: expect.closeTo((1 + 17 / 19) / 2, 10),
      similar: 1,
    })
  })

  it('counts a conversion as similar from 0.8 on', () => {
    const [near, nearer] = [scoreConversion('abcde', 'abcdx'), scoreConversion('abcd', 'abcx')]
    expect([near.similarity, nearer.similarity]).toEqual([0.8, 0.75])
    expect(summarize([near, nearer], none).similar).toBe(0.5)
  })

  it('counts failed cases, which are in no rate', () => {
    expect(summarize([right], {failed: 3, seed: 1})).toMatchObject({cases: 4, failed: 3, words: 2, wer: 0, exact: 1})
  })

  it('calls nothing right where nothing was converted', () => {
    const nothing = {words: 0, wer: 1, werLow: 1, werHigh: 1, cer: 1, exact: 0, similarity: 0, similar: 0}
    expect(summarize([], none)).toEqual({cases: 0, failed: 0, ...nothing})
    expect(summarize([], {failed: 2, seed: 1})).toEqual({cases: 2, failed: 2, ...nothing})
  })

  it('has a rate above 1 where more was heard than said', () => {
    expect(summarize([scoreConversion('', 'thank you')], none)).toMatchObject({words: 0, wer: 2, exact: 0})
  })

  it('gives the same interval for the same seed, around the rate', () => {
    const conversions = cases(50, 0.1)
    const summary = summarize(conversions, none)
    expect(summarize(conversions, none)).toEqual(summary)
    expect(summarize(conversions, {failed: 0, seed: 2})).not.toEqual(summary)
    expect(summary.werLow).toBeLessThan(summary.wer)
    expect(summary.werHigh).toBeGreaterThan(summary.wer)
  })

  it('gives the interval that the binomial distribution has, where words are wrong independently', () => {
    const {wer, werLow, werHigh} = summarize(cases(200, 0.1), none)
    const half = 1.96 * Math.sqrt((wer * (1 - wer)) / 2000)
    expect((werHigh - werLow) / (2 * half)).toBeGreaterThan(0.85)
    expect((werHigh - werLow) / (2 * half)).toBeLessThan(1.15)
  })

  it('gives no width to an interval where all cases are alike', () => {
    expect(summarize([right, right, right], none)).toMatchObject({wer: 0, werLow: 0, werHigh: 0})
  })
})

describe('summarizeByLength', () => {
  it('has a summary of all and of each length that there is', () => {
    const long = 'one more time and then we go home for a cup of tea'
    expect(
      summarizeByLength(
        [
          {text: 'hello june', conversion: right},
          {text: 'good night', conversion: undefined},
          {text: long, conversion: scoreConversion(long, long)},
        ],
        {seed: 1},
      ),
    ).toMatchObject({
      all: {cases: 3, failed: 1, wer: 0},
      short: {cases: 2, failed: 1, words: 2},
      long: {cases: 1, failed: 0},
    })
    expect(summarizeByLength([{text: 'hello june', conversion: right}], {seed: 1})).not.toHaveProperty('medium')
  })
})
