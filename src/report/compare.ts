import {EssenceError} from '../kit/errors.ts'
import type {ConversationScenario} from './conversation-report.ts'
import {percent} from './figures.ts'
import type {Quantiles} from './run.ts'
import {
  type AccuracySummary,
  type Check,
  type Conversion,
  type LengthClass,
  lengthClasses,
  type TestCase,
  type TestReport,
} from './test-report.ts'

/** A case, a check or a scenario whose outcome is another one. */
export interface Change {
  of: 'case' | 'check' | 'scenario'
  /** Its id and text, its service and name, or the scenario's name. */
  name: string
  /** Outcome before and after, for people: `right`, `WER 50 %`, `failed: no answer`. */
  before: string
  after: string
}

/** The WER of a class of cases in both reports, each with its interval. */
export interface WerDelta {
  side: 'input' | 'output'
  lengthClass: 'all' | LengthClass
  before: AccuracySummary
  after: AccuracySummary
  /** The intervals do not overlap. */
  apart: boolean
}

export interface StageDelta {
  stage: string
  before: Quantiles
  after: Quantiles
}

export interface Comparison {
  mode: TestReport['mode']
  /** What makes the two hard to compare: other data, other models. */
  cautions: string[]
  /** The worst first. */
  regressions: Change[]
  improvements: Change[]
  unchanged: number
  /** Cases and checks of one report only. */
  onlyBefore: number
  onlyAfter: number
  wer: WerDelta[]
  stages: StageDelta[]
  /** Why the second is worse by more than was allowed, for people; empty when it is not. */
  worse: string[]
}

interface Outcome {
  of: Change['of']
  name: string
  /** Share of words wrong, over both conversions; infinite without a result. */
  wrong: number
  told: string
}

const caseOutcome = ({id, text, failure, input, output}: TestCase): Outcome => {
  const named = {of: 'case', name: `${id}: ${text}`} as const
  if (failure !== undefined) return {...named, wrong: Number.POSITIVE_INFINITY, told: `failed: ${failure}`}
  const both = [input, output].flatMap(each => each ?? [])
  const sum = (of: (each: Conversion) => number): number => both.reduce((total, each) => total + of(each), 0)
  const wrong =
    sum(each => each.wordErrors) /
    Math.max(
      1,
      sum(each => each.words),
    )
  return {...named, wrong, told: wrong === 0 ? 'right' : `WER ${percent(wrong, 0)}`}
}

const checkOutcome = ({service, name, ok, detail = 'no reason given'}: Check): Outcome => ({
  of: 'check',
  name: `${service}, ${name}`,
  ...(ok ? {wrong: 0, told: 'passed'} : {wrong: Number.POSITIVE_INFINITY, told: `failed: ${detail}`}),
})

const scenarioOutcome = ({name, failures}: ConversationScenario): Outcome => ({
  ...{of: 'scenario', name},
  ...(failures.length === 0
    ? {wrong: 0, told: 'passed'}
    : {wrong: Number.POSITIVE_INFINITY, told: `failed: ${failures.join(' ')}`}),
})

/** By name: what is compared is one phrase under one id, one check, or one scenario. */
const outcomesOf = ({checks, roundTrip, conversations}: TestReport): Map<string, Outcome> =>
  new Map(
    [
      ...(roundTrip?.cases.map(caseOutcome) ?? []),
      ...checks.map(checkOutcome),
      ...(conversations?.scenarios.map(scenarioOutcome) ?? []),
    ].map(each => [`${each.of} ${each.name}`, each]),
  )

/** What was right or passed and is not now comes first, then by how much worse it is. */
const byLoss = (a: [Outcome, Outcome], b: [Outcome, Outcome]): number => {
  const lost = ([before]: [Outcome, Outcome]): number => Number(before.wrong === 0)
  const loss = ([before, after]: [Outcome, Outcome]): number => Math.min(after.wrong, 1e6) - Math.min(before.wrong, 1e6)
  return lost(b) - lost(a) || loss(b) - loss(a)
}

const changeOf = ([before, after]: [Outcome, Outcome]): Change => ({
  of: after.of,
  name: after.name,
  before: before.told,
  after: after.told,
})

const werDeltas = (a: TestReport, b: TestReport): WerDelta[] =>
  (['input', 'output'] as const).flatMap(side =>
    (['all', ...lengthClasses] as const).flatMap(lengthClass => {
      const [before, after] = [a.roundTrip?.[side][lengthClass], b.roundTrip?.[side][lengthClass]]
      if (!before || !after) return []
      const apart = before.werHigh < after.werLow || after.werHigh < before.werLow
      return [{side, lengthClass, before, after, apart}]
    }),
  )

const stageDeltas = (a: TestReport, b: TestReport): StageDelta[] =>
  Object.entries(a.roundTrip?.stages ?? {}).flatMap(([stage, before]) => {
    const after = b.roundTrip?.stages[stage]
    return after ? [{stage, before, after}] : []
  })

const modelsOf = ({services}: TestReport): Map<string, string> =>
  new Map(
    services.map(({name, mode, engine}) => [
      name,
      engine ? [engine.engine, engine.model, ...engine.files.map(({sha256}) => sha256.slice(0, 12))].join(' ') : mode,
    ]),
  )

const verdictOf = ({passed}: TestReport): string => (passed ? 'passed' : 'failed')

const cautionsOf = (a: TestReport, b: TestReport): string[] => {
  const differing = (what: string, before: unknown, after: unknown): string[] =>
    before === after ? [] : [`${what} differs: ${before ?? 'none'}, then ${after ?? 'none'}`]
  const [before, after] = [modelsOf(a), modelsOf(b)]
  return [
    ...[a, b].flatMap(({partial}, at) =>
      partial === undefined ? [] : [`The ${at === 0 ? 'first' : 'second'} is partial: ${partial}`],
    ),
    ...differing('The verdict', verdictOf(a), verdictOf(b)),
    ...differing('The dataset', a.roundTrip?.dataset.name, b.roundTrip?.dataset.name),
    ...differing('The SHA-256 of the dataset', a.roundTrip?.dataset.sha256, b.roundTrip?.dataset.sha256),
    ...differing('The seed', a.seed, b.seed),
    ...differing('The voice', a.roundTrip?.voice, b.roundTrip?.voice),
    ...differing('How many run at once', a.roundTrip?.concurrency, b.roundTrip?.concurrency),
    ...[...new Set([...before.keys(), ...after.keys()])].flatMap(name =>
      differing(`The service ${name}`, before.get(name), after.get(name)),
    ),
    ...differing('The processor', a.machine.cpu, b.machine.cpu),
  ]
}

const points = (share: number): string => `${(share * 100).toFixed(1)} points`

/** The share of cases without a result. */
const failedShare = ({failed, cases}: AccuracySummary): number => failed / Math.max(1, failed + cases)

const worseBy = (wer: readonly WerDelta[], regressions: readonly Change[], tolerance: number): string[] => {
  const all = wer.filter(({lengthClass}) => lengthClass === 'all')
  const beyond = (before: number, after: number): boolean => after - before > tolerance / 100
  return [
    ...all
      .filter(({before, after}) => beyond(before.wer, after.wer))
      .map(
        ({side, before, after}) =>
          `The WER of the ${side} rose by ${points(after.wer - before.wer)}, from ${percent(before.wer)} to ${percent(after.wer)}.`,
      ),
    ...all
      .filter(({before, after}) => beyond(failedShare(before), failedShare(after)))
      .map(
        ({side, before, after}) =>
          `${percent(failedShare(after))} of the cases have no ${side}, before ${percent(failedShare(before))}.`,
      ),
    ...regressions.filter(({of}) => of !== 'case').map(({name, after}) => `${name} passed before, and ${after}`),
  ]
}

/**
 * What became worse and better from one report of a test to another, by case and in sum.
 * @param tolerance points of WER, and of the share of cases without a result, that the second may be worse by
 * @throws USAGE when they are of different modes
 */
export const compareReports = (
  a: TestReport,
  b: TestReport,
  {tolerance = 1}: {tolerance?: number} = {},
): Comparison => {
  if (a.mode !== b.mode)
    throw new EssenceError(
      'USAGE',
      `The reports are of different modes: ${a.mode} and ${b.mode}; they must be of one.`,
      {
        suggestions: ['Compare the reports of two runs of the same mode.'],
      },
    )
  const [before, after] = [outcomesOf(a), outcomesOf(b)]
  const pairs = [...before].flatMap(([key, outcome]): [Outcome, Outcome][] => {
    const other = after.get(key)
    return other ? [[outcome, other]] : []
  })
  const worse = pairs.filter(([old, now]) => now.wrong > old.wrong).toSorted(byLoss)
  const better = pairs
    .filter(([old, now]) => now.wrong < old.wrong)
    .toSorted(([a1, a2], [b1, b2]) => byLoss([a2, a1], [b2, b1]))
  const wer = werDeltas(a, b)
  const regressions = worse.map(changeOf)
  return {
    mode: a.mode,
    cautions: [...cautionsOf(a, b), ...(pairs.length === 0 ? ['They have no case and no check in common.'] : [])],
    regressions,
    improvements: better.map(changeOf),
    unchanged: pairs.length - worse.length - better.length,
    onlyBefore: before.size - pairs.length,
    onlyAfter: after.size - pairs.length,
    wer,
    stages: stageDeltas(a, b),
    worse: [...(after.size === 0 ? ['The second tested nothing.'] : []), ...worseBy(wer, regressions, tolerance)],
  }
}
