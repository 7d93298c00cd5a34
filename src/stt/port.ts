import type {EngineInfo} from '../kit/engine-info.ts'

/** One recognised stretch of speech; times in ms from the start of the audio. */
export interface TranscriptSegment {
  text: string
  startMs: number
  endMs: number
}

export interface Transcript {
  /** The whole text, trimmed; empty when no speech was heard. */
  text: string
  segments: TranscriptSegment[]
  /** ISO 639-1, as detected or as asked for; `und` when nothing was heard and none asked for. */
  language: string
  /** Length of the audio heard, in ms. */
  audioMs: number
}

export interface RecognitionOptions {
  /** ISO 639-1 code (a region is left out), or `auto` to detect. Default `auto`. */
  language?: string
  /** Text that precedes the speech, to bias spelling and style (Whisper's initial prompt). */
  prompt?: string
  /** Called as segments become final, in order. */
  onSegment?: (segment: TranscriptSegment) => void
  /** Aborting makes `recognize` throw CANCELLED at once; what cannot be stopped in the middle computes to its end unseen. */
  signal?: AbortSignal
}

/** A speech recogniser: resident, warm, safe for concurrent calls (it queues what it cannot run at once). */
export interface SpeechToText {
  readonly info: EngineInfo
  /**
   * @param audio mono, 16 kHz, −1..1. Any length, also empty; the array is not changed.
   * @throws CANCELLED, USAGE (no such language, or not one of this model), ENGINE_BUSY (queue full), ENGINE_FAILED,
   * ENGINE_UNAVAILABLE (closed)
   */
  recognize(audio: Float32Array, options?: RecognitionOptions): Promise<Transcript>
  /** Rejects what is under way and frees the engine; may be called again. */
  close(): Promise<void>
}
