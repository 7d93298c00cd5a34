import type {EngineInfo} from '../compute/engine-info.ts'
import type {RecognizerAbilities, TranscriptSegment} from './port.ts'

/** What is wanted of one window. */
export interface HearOptions {
  /** ISO 639-1, one of the engine's, or `auto`. */
  language: string
  /** Text that precedes; hot words are part of it. Only where the engine takes prompts. */
  prompt?: string
  translate: boolean
  words: boolean
  /** True: an interim result of an utterance that still grows; one attempt, no second tries for quality. */
  interim: boolean
  /** Aborting makes `hear` reject with CANCELLED, as soon as the engine can stop. */
  signal: AbortSignal
}

/** A segment as the engine heard it; times in ms from the start of the window, in order and within it. */
export interface HeardSegment extends TranscriptSegment {
  /** Probability that the window holds no speech, 0..1; absent where the engine does not tell. */
  noSpeech?: number
  /** Mean of the natural logarithms of the tokens' probabilities; absent where the engine does not tell. */
  averageLogProbability?: number
}

export interface HeardWindow {
  segments: HeardSegment[]
  /** ISO 639-1, as detected or as asked for. */
  language: string
}

/**
 * What an engine itself must do: hear one window. Everything else (languages checked, speech found, long audio cut, turns
 * taken, inventions thrown out, streams) is done once for all engines, by `speechToText`.
 */
export interface SpeechEngine {
  readonly info: EngineInfo
  readonly abilities: RecognizerAbilities
  /** The longest audio heard at once, in ms. */
  readonly windowMs: number
  /** The longest silence between two utterances (and their padding) that are heard in one window, in ms. Default 2000. */
  readonly longestGapMs?: number
  /** Resolves warm engines' transcript of a window; never called twice at the same time. */
  hear(audio: Float32Array, options: HearOptions): Promise<HeardWindow>
  close(): Promise<void>
}
