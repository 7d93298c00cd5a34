// What a rule makes of pauses: how often it cuts in, and how long it keeps silent after the end.
import {median} from '../harness.ts'
import {type Pause, pauseMs} from './pauses.ts'

/** A pause, and what the detector says of it after 200 ms of silence, 400 ms, and so on. */
export interface Answered {
  pause: Pause
  probabilities: Float32Array
}

/** When a turn ends, in ms of silence, if nothing new is heard; asked again with each answer. */
export type Rule = (probabilities: readonly number[]) => number

export const askEveryMs = 200

/** ms of silence after which the rule ends the turn, were the speaker to say nothing more. */
const endsAt = (rule: Rule, {probabilities}: Answered): number => {
  const asked: number[] = []
  for (const [i, probability] of probabilities.entries()) {
    const now = (i + 1) * askEveryMs
    const due = rule(asked)
    if (due <= now) return due
    asked.push(probability)
    if (rule(asked) <= now) return now
  }
  return rule(asked)
}

export interface Score {
  /** Share of the pauses in a turn in which it is ended. */
  cutOffs: number
  /** ms from the end of speech to the end of the turn, mean over ends. */
  deadAirMs: number
  medianMs: number
}

export const score = (rule: Rule, answered: readonly Answered[]): Score => {
  const [holds, ends] = [
    answered.filter(one => one.pause.kind !== 'end'),
    answered.filter(one => one.pause.kind === 'end'),
  ]
  const airs = ends.map(one => endsAt(rule, one))
  return {
    cutOffs: holds.filter(one => endsAt(rule, one) < pauseMs(one.pause)).length / holds.length,
    deadAirMs: airs.reduce((sum, ms) => sum + ms, 0) / airs.length,
    medianMs: median(airs),
  }
}

/** The best that rules of one family do within a budget: the fewest cut-offs in so much dead air, the least dead air with so many cut-offs. */
export const best = (rules: readonly Rule[], answered: readonly Answered[]) => {
  const scores = rules.map(rule => score(rule, answered))
  const fewest = (ms: number) =>
    Math.min(...scores.filter(({deadAirMs}) => deadAirMs <= ms).map(({cutOffs}) => cutOffs))
  const least = (share: number) =>
    Math.min(...scores.filter(({cutOffs}) => cutOffs <= share).map(({deadAirMs}) => deadAirMs))
  return {at300: fewest(300), at600: fewest(600), at5: least(0.05), at10: least(0.1)}
}
