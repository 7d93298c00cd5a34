import {lengthClassOf} from '../../accuracy/length-class.ts'
import {scoreConversion} from '../../accuracy/score.ts'
import {summarizeByLength} from '../../accuracy/summarize.ts'
import {thresholdsFor} from '../../accuracy/thresholds.ts'
import type {EngineInfo} from '../../compute/engine-info.ts'
import type {Dataset} from '../../datasets/phrase.ts'
import {percent} from '../../report/figures.ts'
import {judge} from '../../report/judge.ts'
import {quantilesOf} from '../../report/quantiles.ts'
import {type AccuracyByLength, lengthClasses, type RoundTrip, type TestCase} from '../../report/test-report.ts'
import type {Trip} from './one-trip.ts'

/** Cases whose sound is kept. */
const keptCases = 10

/** A trip, scored. */
export const caseOf = ({phrase, input, output, failure, times}: Trip, language: string): TestCase => ({
  id: phrase.id,
  text: phrase.text,
  lengthClass: lengthClassOf(phrase.text),
  failure,
  input: input && scoreConversion(input.said, input.heard, language),
  output: output && scoreConversion(output.said, output.heard, language),
  times,
})

/** Failures first, then by the share of words that are wrong on both ways. */
const badness = ({failure, input, output}: TestCase): number => {
  if (failure !== undefined) return Number.POSITIVE_INFINITY
  const words = (input?.words ?? 0) + (output?.words ?? 0)
  return ((input?.wordErrors ?? 0) + (output?.wordErrors ?? 0)) / Math.max(1, words)
}

/** Worst first; only the sound of the worst stays. */
export const sortWorstFirst = (cases: TestCase[]): void => {
  cases.sort((a, b) => badness(b) - badness(a) || a.id.localeCompare(b.id))
  for (const one of cases.slice(keptCases)) one.audio = undefined
}

export interface TripsOptions {
  dataset: Dataset
  concurrency: number
  voice?: string | undefined
  seed: number
  /** Word error rate, 0 to 1, that is allowed instead of what the table says. */
  maxWer?: number | undefined
  engines: {stt: EngineInfo; tts: EngineInfo}
}

/** What the cases come to, and why they do not pass. */
export const roundTripOf = (
  cases: TestCase[],
  {dataset, concurrency, voice, seed, maxWer, engines}: TripsOptions,
): {roundTrip: RoundTrip; reasons: string[]} => {
  const {name, source, sha256} = dataset
  const input = summarizeByLength(
    cases.map(({text, input}) => ({text, conversion: input})),
    {seed},
  )
  const output = summarizeByLength(
    cases.map(({text, output}) => ({text, conversion: output})),
    {seed},
  )
  const thresholds = withLimit(thresholdsFor({recognizer: engines.stt, voice: engines.tts, dataset: name}), maxWer)
  const roundTrip: RoundTrip = {
    dataset: {name, source, phrases: dataset.phrases.length, seed: dataset.seed, sha256},
    ...{concurrency, voice, input, output, thresholds},
    stages: stagesOf(cases),
    cases,
  }
  return {roundTrip, reasons: reasonsOf(roundTrip)}
}

/** A person's own limit holds for phrases of every length. */
const withLimit = (thresholds: RoundTrip['thresholds'], limit: number | undefined): RoundTrip['thresholds'] =>
  limit === undefined
    ? thresholds
    : {...thresholds, row: `--max-wer ${percent(limit)}`, wer: {all: limit, short: limit, medium: limit, long: limit}}

const stagesOf = (cases: readonly TestCase[]): RoundTrip['stages'] => {
  const stages = new Map<string, number[]>()
  for (const {times} of cases)
    for (const [stage, ms] of Object.entries(times)) stages.set(stage, [...(stages.get(stage) ?? []), ms])
  return Object.fromEntries(
    [...stages].flatMap(([stage, values]) => {
      const quantiles = quantilesOf(values)
      return quantiles ? [[stage, quantiles]] : []
    }),
  )
}

/** Speech in which the gateway heard nothing: its words count as wrong. */
const isUnheard = ({failure, input}: TestCase): boolean => failure !== undefined && input?.heard === ''

const reasonsOf = ({cases, input, output, thresholds}: RoundTrip): string[] => {
  const {failed} = thresholds
  if (cases.length === 0) return ['No phrase was tested.']
  const broken = cases.filter(one => one.failure !== undefined && !isUnheard(one))
  const unheard = cases.filter(isUnheard).length
  const [first] = broken
  return [
    ...(first
      ? [`${broken.length} of ${cases.length} phrases have no result; the first, "${first.text}": ${first.failure}`]
      : []),
    ...(unheard > failed * cases.length
      ? [`In ${unheard} of ${cases.length} phrases no speech was heard; allowed: ${percent(failed)}.`]
      : []),
    ...tooMany('heard by the gateway', input, thresholds),
    ...tooMany('heard of its answers', output, thresholds),
  ]
}

const tooMany = (what: string, summary: AccuracyByLength, thresholds: RoundTrip['thresholds']): string[] =>
  (['all', ...lengthClasses] as const).flatMap(name => {
    const found = summary[name]
    if (!found || judge(name, found, thresholds) !== 'missed') return []
    const which = name === 'all' ? '' : `${name} phrases: `
    return [`${which}${percent(found.wer)} of words wrong, ${what}; allowed: ${percent(thresholds.wer[name])}.`]
  })
