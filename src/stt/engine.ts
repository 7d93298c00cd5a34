import type {EngineInfo} from '../compute/engine-info.ts'
import type {RecognizerAbilities, TranscriptSegment} from './port.ts'

export interface TranscribeOptions {
  /** ISO 639-1, one of the engine's, or `auto`. */
  language: string
  /** Text that precedes; hot words are part of it. Only where the engine takes prompts. */
  prompt?: string | undefined
  translate: boolean
  words: boolean
  /** True: an interim result of an utterance that still grows; one attempt, no second tries for quality. */
  interim: boolean
  /** Aborting makes `transcribe` reject with CANCELLED, as soon as the engine can stop. */
  signal: AbortSignal
}

/** A segment as the engine gives it; times in ms from the start of the window, in order and within it. */
export interface EngineSegment extends TranscriptSegment {
  /** Probability that the window holds no speech, 0..1; absent where the engine does not tell. */
  noSpeech?: number | undefined
  /** Mean of the natural logarithms of the tokens' probabilities; absent where the engine does not tell. */
  averageLogProbability?: number | undefined
}

export interface EngineTranscript {
  segments: EngineSegment[]
  /** ISO 639-1, as detected or as asked for. */
  language: string
}

/**
 * What an engine itself must do: transcribe one window. Everything else (languages checked, speech detected, long audio cut,
 * requests scheduled, hallucinations filtered, streams) is done once for all engines, by `speechToText`.
 */
export interface SpeechEngine {
  readonly info: EngineInfo
  readonly abilities: RecognizerAbilities
  /** The longest audio transcribed at once, in ms. */
  readonly windowMs: number
  /** The longest silence between two utterances (and their padding) in one window, in ms. Default 2000. */
  readonly maxGapMs?: number | undefined
  /**
   * Never called twice at the same time.
   * @param audio mono, 16 kHz, −1..1
   */
  transcribe(audio: Float32Array, options: TranscribeOptions): Promise<EngineTranscript>
  close(): Promise<void>
}
