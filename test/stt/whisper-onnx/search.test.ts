// Beam search against every text there is, with a model of three words.
import type {Extension} from '@essence/core/stt/whisper-onnx/model'
import type {TokenRules} from '@essence/core/stt/whisper-onnx/rules'
import {logSumOf, mostProbable} from '@essence/core/stt/whisper-onnx/sample'
import {type SearchOptions, search} from '@essence/core/stt/whisper-onnx/search'
import type {Shortlist} from '@essence/core/stt/whisper-onnx/shortlist'
import {specialTokens} from '@essence/core/stt/whisper-onnx/tokens'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {shortlistFrom} from './shortlist.ts'

const special = specialTokens(51_865)
const rules: TokenRules = {special, blank: undefined, times: false}
const [words, maxTokens] = [3, 4]
type Model = Parameters<typeof search>[0]

/** Logits of the three words and the end, after each last word; the rest is out of the question. */
const toy = (table: readonly (readonly number[])[]) => {
  const logitsAfter = (last: number | undefined): Float32Array => {
    const logits = new Float32Array(51_865).fill(Number.NEGATIVE_INFINITY)
    const row = table[last === undefined ? words : last] ?? []
    for (let word = 0; word < words; word++) logits[word] = row[word] ?? 0
    logits[special.end] = row[words] ?? 0
    return logits
  }
  let beams: number[][] = [[]]
  const steps: number[] = []
  const extend = async (extensions: readonly Extension[]): Promise<Shortlist[]> => {
    beams = extensions.map(({from, token}) => [...(beams[from] ?? []), token])
    steps.push(beams.length)
    return beams.map(tokens => shortlistFrom(logitsAfter(tokens.at(-1)), special))
  }
  return {
    model: {extend} as unknown as Model,
    first: () => shortlistFrom(logitsAfter(undefined), special),
    logitsAfter,
    steps,
  }
}

/** Every text, with the mean that the search ranks by. */
const allTexts = (logitsAfter: (last: number | undefined) => Float32Array): {tokens: number[]; mean: number}[] => {
  const texts: {tokens: number[]; mean: number}[] = []
  const visit = (tokens: number[], sum: number): void => {
    const logits = logitsAfter(tokens.at(-1))
    // A text is not empty.
    if (tokens.length === 0) logits[special.end] = Number.NEGATIVE_INFINITY
    const logSum = logSumOf(logits)
    if (tokens.length > 0)
      texts.push({tokens, mean: (sum + (logits[special.end] ?? 0) - logSum) / Math.max(1, tokens.length)})
    if (tokens.length === maxTokens) return
    for (let word = 0; word < words; word++) visit([...tokens, word], sum + (logits[word] ?? 0) - logSum)
  }
  visit([], 0)
  return texts
}

const options = (beams: number, more: Partial<SearchOptions> = {}): SearchOptions => ({
  ...{rules, temperature: 0, random: () => 0.5, beams, cancelled: () => false, maxTokens, ...more},
})
const tables = fc.array(fc.array(fc.float({min: -4, max: 4, noNaN: true}), {minLength: 4, maxLength: 4}), {
  minLength: 4,
  maxLength: 4,
})

describe('search', () => {
  it('with as many beams as there are texts finds the one that is best of all', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async table => {
        const {model, first, logitsAfter} = toy(table)
        const found = await search(model, {positions: 1, tensors: {}}, first(), options(200))
        const best = Math.max(...allTexts(logitsAfter).map(({mean}) => mean))
        expect(found.sum / found.tokens.length).toBeCloseTo(best, 3)
        expect(found.ended).toBe(true)
      }),
      {numRuns: 30},
    )
  })

  it('with one beam takes the most probable token each time', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async table => {
        const {model, first, logitsAfter, steps} = toy(table)
        const found = await search(model, {positions: 1, tensors: {}}, first(), options(1))
        const tokens: number[] = []
        while (tokens.length < maxTokens) {
          const logits = logitsAfter(tokens.at(-1))
          if (tokens.length === 0) logits[special.end] = Number.NEGATIVE_INFINITY
          const [largest = 0] = mostProbable(logits, 1)
          if (largest === special.end) break
          tokens.push(largest)
        }
        expect(found.tokens).toEqual(tokens)
        expect(found.logProbabilities).toHaveLength(tokens.length)
        expect(steps.every(beams => beams === 1)).toBe(true)
      }),
      {numRuns: 30},
    )
  })

  it('finds what a beginning that looks worse leads to', async () => {
    // After the second word the text is certain; after the first it may be anything.
    const {model, first} = toy([
      [0, 0, 0, 0],
      [-9, -9, -9, 9],
      [0, 0, 0, 0],
      [1, 0.9, -9, -9],
    ])
    const of = (beams: number) => search(model, {positions: 1, tensors: {}}, first(), options(beams))
    expect((await of(5)).tokens).toEqual([1])
    expect((await of(1)).tokens[0]).toBe(0)
  })

  it('ends where it is when nobody waits any more', async () => {
    const {model, first} = toy([[9, 0, 0, -9], [], [], [9, 0, 0, -9]])
    let looked = 0
    const cancelled = (): boolean => ++looked > 2
    const found = await search(model, {positions: 1, tensors: {}}, first(), options(3, {cancelled}))
    expect(found).toMatchObject({tokens: [0, 0], ended: false})
  })
})

describe('mostProbable', () => {
  it('gives the places of the largest, the largest first', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({min: -50, max: 50}), {maxLength: 40}),
        fc.integer({min: 1, max: 6}),
        (all, count) => {
          const largest = mostProbable(Float32Array.from(all), count).map(place => all[place])
          expect(largest).toEqual(all.toSorted((a, b) => b - a).slice(0, count))
        },
      ),
    )
  })
})
