import type {Eagerness} from './port.ts'

/** ms of silence at which the turn ends, as far as is known, and at which the detector is asked again. */
export interface Waiting {
  endsAtMs: number
  askAtMs: number
}

/** ms of silence before the detector is asked at all. */
export const firstAskMs = 200

const stepMs = 300

/** @param probabilities what the detector has said in this pause, in order */
export const silenceNeeded = (probabilities: readonly number[], eagerness: Eagerness): Waiting => {
  const longest = {low: 6000, medium: 3000, high: 1500, auto: 3000}[eagerness]
  const askAtMs = firstAskMs + probabilities.length * stepMs
  const last = probabilities.at(-1)
  if (last === undefined) return {endsAtMs: longest, askAtMs}
  if (last >= 0.5) return {endsAtMs: firstAskMs, askAtMs}
  return {endsAtMs: longest, askAtMs}
}
