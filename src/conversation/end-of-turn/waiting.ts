import type {Eagerness} from './port.ts'

/** ms of silence at which the turn ends, as far as is known, and at which the detector is asked again. */
export interface Waiting {
  endsAtMs: number
  askAtMs: number
}

/** ms of silence before the detector is asked at all: its makers' 0.2 s. */
export const firstAskMs = 200

interface Pace {
  /** ms of silence that end a turn which is certainly over. More than at once: the detector is as certain of a third of all pauses. */
  sureMs: number
  /** ms of silence that end any turn. */
  longestMs: number
}

/** The longest are those of OpenAI's `semantic_vad`, but for `medium`, which has 4 s there: June is to end a turn after 3. */
const paces: Record<Exclude<Eagerness, 'auto'>, Pace> = {
  low: {sureMs: 600, longestMs: 8000},
  medium: {sureMs: 400, longestMs: 3000},
  high: {sureMs: firstAskMs, longestMs: 2000},
}

/** More certain than this the detector is of few turns that are over. */
const sure = 0.9

/**
 * How long the silence has to be: the longer, the more the detector doubts that the turn is over. Its first answer counts, and it is not asked
 * again in the same pause: with more silence it takes pauses for ends as well (docs/performance-conversation.md).
 * @param probabilities what the detector has said in this pause, in order
 */
export const silenceNeeded = ([first]: readonly number[], eagerness: Eagerness): Waiting => {
  const {sureMs, longestMs} = paces[eagerness === 'auto' ? 'medium' : eagerness]
  if (first === undefined) return {endsAtMs: longestMs, askAtMs: firstAskMs}
  const doubt = Math.max(0, 1 - first / sure)
  return {endsAtMs: sureMs + (longestMs - sureMs) * doubt, askAtMs: Number.POSITIVE_INFINITY}
}
