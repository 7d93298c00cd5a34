import {seededRandom} from '../kit/random.ts'
import {type AccuracyByLength, type AccuracySummary, type Conversion, lengthClasses} from '../report/test-report.ts'
import {lengthClassOf} from './length-class.ts'

const resamples = 1000
/** Of the similarity at which June's first implementation counted a conversion as right (it claimed 91 %). */
const similarEnough = 0.8

interface Counts {
  words: number
  wordErrors: number
}

const sumOf = <T>(all: readonly T[], value: (one: T) => number): number => all.reduce((sum, one) => sum + value(one), 0)
/** All errors ÷ all that was said; what was heard where nothing was said counts too. */
const rateOf = (errors: number, said: number): number => errors / Math.max(1, said)

/**
 * The 95 % confidence interval of the word error rate, by the percentile bootstrap over cases (Bisani & Ney 2004, "Bootstrap
 * estimates for confidence intervals in ASR performance evaluation"): cases, not words, are drawn, as errors of one case hang
 * together.
 */
const confidenceInterval = (cases: readonly Counts[], seed: number): [low: number, high: number] => {
  const random = seededRandom(seed)
  const rates = Array.from({length: resamples}, () => {
    let [errors, words] = [0, 0]
    for (let draw = 0; draw < cases.length; draw++) {
      const drawn = cases[Math.floor(random() * cases.length)] as Counts
      errors += drawn.wordErrors
      words += drawn.words
    }
    return rateOf(errors, words)
  }).sort((a, b) => a - b)
  return [rates[Math.floor(resamples * 0.025)] as number, rates[Math.ceil(resamples * 0.975) - 1] as number]
}

/**
 * Figures of several conversions. Where there is none nothing was shown to be right: rates are 1, shares 0.
 * @param options.failed cases without a conversion; `cases` of the summary counts them too
 * @param options.seed of the confidence interval: the same conversions and seed give the same
 */
export const summarize = (
  conversions: readonly Conversion[],
  {failed, seed}: {failed: number; seed: number},
): AccuracySummary => {
  const count = conversions.length
  const words = sumOf(conversions, one => one.words)
  const common = {cases: count + failed, failed, words}
  if (count === 0) return {...common, wer: 1, werLow: 1, werHigh: 1, cer: 1, exact: 0, similarity: 0, similar: 0}
  const [werLow, werHigh] = confidenceInterval(conversions, seed)
  return {
    ...common,
    wer: rateOf(
      sumOf(conversions, one => one.wordErrors),
      words,
    ),
    werLow,
    werHigh,
    cer: rateOf(
      sumOf(conversions, one => one.characterErrors),
      sumOf(conversions, one => one.characters),
    ),
    exact: sumOf(conversions, one => (one.exact ? 1 : 0)) / count,
    similarity: sumOf(conversions, one => one.similarity) / count,
    similar: sumOf(conversions, one => (one.similarity >= similarEnough ? 1 : 0)) / count,
  }
}

/** A case by the text that was to be said; without a conversion it failed. */
export interface ScoredCase {
  text: string
  conversion: Conversion | undefined
}

/** Figures of all cases, and of each length of which there are some. */
export const summarizeByLength = (cases: readonly ScoredCase[], {seed}: {seed: number}): AccuracyByLength => {
  const summaryOf = (some: readonly ScoredCase[]): AccuracySummary => {
    const conversions = some.flatMap(({conversion}) => conversion ?? [])
    return summarize(conversions, {failed: some.length - conversions.length, seed})
  }
  const byLength = Map.groupBy(cases, ({text}) => lengthClassOf(text))
  return {
    all: summaryOf(cases),
    ...Object.fromEntries(
      lengthClasses.flatMap(length => {
        const some = byLength.get(length)
        return some ? [[length, summaryOf(some)]] : []
      }),
    ),
  }
}
