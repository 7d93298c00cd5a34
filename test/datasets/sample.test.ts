import {lengthClassOf} from '@essence/core/accuracy/length-class'
import {datasetOf, phrasesDigest} from '@essence/core/datasets/phrase'
import {sampleOf} from '@essence/core/datasets/sample'
import {validationPhrases} from '@essence/core/datasets/validation/phrases'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const words = {short: 'Yes.', medium: 'one two three four five', long: 'a b c d e f g h i j k l'}
const made = (short: number, medium: number, long: number) =>
  datasetOf({
    name: 'made',
    source: 'test',
    phrases: Object.entries({short, medium, long}).flatMap(([name, count]) =>
      Array.from({length: count}, (_, at) => ({id: `${name}${at}`, text: words[name as keyof typeof words]})),
    ),
  })
const countsOf = ({phrases}: ReturnType<typeof made>) => {
  const classes = Map.groupBy(phrases, ({text}) => lengthClassOf(text))
  return ['short', 'medium', 'long'].map(name => classes.get(name as keyof typeof words)?.length ?? 0)
}

describe('a sample', () => {
  it.each([
    [100, [30, 40, 30]],
    [10, [3, 4, 3]],
    [999, [300, 399, 300]],
    [3, [1, 1, 1]],
    [1, [0, 1, 0]],
  ])('of %i of the validation phrases keeps the shares of the classes', (limit, counts) => {
    const dataset = datasetOf({name: 'validation', source: 'generated', seed: 1, phrases: validationPhrases(1)})
    expect(countsOf(sampleOf(dataset, limit, 1))).toEqual(counts)
  })

  it('has one of a rare class at least', () => {
    expect(countsOf(sampleOf(made(1, 500, 1), 4, 1))).toEqual([1, 2, 1])
    expect(countsOf(sampleOf(made(0, 500, 1), 3, 1))).toEqual([0, 2, 1])
  })

  it('is the same for the same seed, another for another, and has a digest of its own', () => {
    const dataset = made(100, 100, 100)
    const sample = sampleOf(dataset, 30, 5)
    expect(sampleOf(dataset, 30, 5)).toEqual(sample)
    expect(sampleOf(dataset, 30, 6).sha256).not.toBe(sample.sha256)
    expect(sample.sha256).toBe(phrasesDigest(sample.phrases))
    expect(sample.sha256).not.toBe(dataset.sha256)
  })

  it('is as large as was asked for, of phrases of the set in their order, each class near its share', () => {
    const size = fc.nat(40)
    fc.assert(
      fc.property(size, size, size, fc.integer({min: 1, max: 150}), fc.nat(), (short, medium, long, limit, seed) => {
        const dataset = made(short, medium, long)
        const total = short + medium + long
        const {phrases} = sampleOf(dataset, limit, seed)
        expect(phrases.length).toBe(Math.min(limit, total))
        expect(phrases).toEqual(dataset.phrases.filter(phrase => phrases.includes(phrase)))
        if (limit < 3 || limit >= total) return
        const counts = countsOf({...dataset, phrases})
        for (const [at, of] of [short, medium, long].entries()) {
          if (of > 0) expect(counts[at]).toBeGreaterThanOrEqual(1)
          expect(Math.abs((counts[at] ?? 0) - (of * limit) / total)).toBeLessThan(2)
        }
      }),
    )
  })
})
