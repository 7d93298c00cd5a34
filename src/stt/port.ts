import type {EngineInfo} from '../compute/engine-info.ts'

/** One recognised word; times in ms from the start of the audio. */
export interface TranscriptWord {
  text: string
  startMs: number
  endMs: number
  /** 0..1, geometric mean of its tokens' probabilities; absent where the engine does not tell. */
  confidence?: number | undefined
}

/** One recognised stretch of speech; times in ms from the start of the audio. */
export interface TranscriptSegment {
  text: string
  startMs: number
  endMs: number
  /** 0..1, geometric mean of the probabilities of its tokens; absent where the engine does not tell. */
  confidence?: number | undefined
  /** Present when word times were asked for. */
  words?: TranscriptWord[] | undefined
}

export interface Transcript {
  /** The whole text, trimmed; empty when there was no speech. */
  text: string
  segments: TranscriptSegment[]
  /** ISO 639-1, as detected or as asked for; `und` when there was no speech and none asked for. */
  language: string
  /** Length of the audio, in ms. */
  audioMs: number
  /** Mean of the segments' confidences, weighted by their length; absent where the engine does not tell. */
  confidence?: number | undefined
}

/** What an engine can do beyond text. Asking for more is USAGE, never ignored. */
export interface RecognizerAbilities {
  /** ISO 639-1 codes it knows. */
  languages: readonly string[]
  /** `translate`: English text of foreign speech. */
  translate: boolean
  /** `words`: times of each word. */
  words: boolean
  /** `prompt` and `hotWords`. */
  prompt: boolean
  /** Confidences. */
  confidence: boolean
}

export interface RecognitionOptions {
  /** ISO 639-1 code (a region is left out), or `auto` to detect. Default `auto`. */
  language?: string | undefined
  /** Text that precedes the speech, to bias spelling and style (Whisper's initial prompt). */
  prompt?: string | undefined
  /** Names and words to expect. */
  hotWords?: readonly string[] | undefined
  /** English text, whatever is spoken. */
  translate?: boolean | undefined
  /** Times of each word. */
  words?: boolean | undefined
  /** Leave out what is not speech before it reaches the engine. Default: as the recogniser was opened. */
  vad?: boolean | undefined
  /** Called as segments become final, in order. */
  onSegment?: ((segment: TranscriptSegment) => void) | undefined
  /** Aborting makes `recognize` throw CANCELLED at once; what cannot be stopped in the middle computes to its end unseen. */
  signal?: AbortSignal | undefined
}

/** Thresholds of endpointing, named as Silero VAD names them. */
export interface VadParameters {
  /** Probability of speech above which a frame counts as such, 0..1. */
  threshold: number
  /** Shorter speech does not count, in ms. */
  minSpeechDurationMs: number
  /** Silence that ends an utterance, in ms. */
  minSilenceDurationMs: number
  /** An utterance that lasts longer is cut, at its last pause where there was one, in s. */
  maxSpeechDurationS: number
  /** Audio kept before and after speech, in ms. */
  speechPadMs: number
}

export interface StreamOptions extends Omit<RecognitionOptions, 'onSegment'> {
  /** Emit the utterance so far, again and again while it grows. Default false. */
  interim?: boolean | undefined
  /**
   * For a recording, of which nobody waits for each utterance: short ones are put together, with the pauses between them, up
   * to what the engine hears at once, which hears more of them right, and sooner. Not with `interim`. Default false.
   */
  packUtterances?: boolean | undefined
  /** Differences from the thresholds the recogniser was opened with. */
  vadParameters?: Partial<VadParameters> | undefined
}

/** What happens in a stream; times in ms from its start. */
export type RecognitionEvent =
  | {type: 'speech-start'; atMs: number}
  | {type: 'speech-end'; atMs: number}
  /** The utterance so far, from its beginning; the next one, or the final, replaces it. */
  | {type: 'interim'; segment: TranscriptSegment; language: string}
  /** A stretch of speech that will not change any more. */
  | {type: 'final'; segment: TranscriptSegment; language: string}

/** A speech recogniser: resident, warm, safe for concurrent calls (it queues what it cannot run at once). */
export interface SpeechToText {
  readonly info: EngineInfo
  readonly abilities: RecognizerAbilities
  /** Requests taken at once, waiting ones included, before ENGINE_BUSY; absent where another process decides. */
  readonly requestLimit?: number | undefined
  /**
   * @param audio mono, 16 kHz, −1..1. Any length, also empty; the array is not changed.
   * @throws CANCELLED, USAGE (no such language, or not one of this model; something it has not the ability for),
   * ENGINE_BUSY (beyond the request limit), ENGINE_FAILED, ENGINE_UNAVAILABLE (closed)
   */
  recognize(audio: Float32Array, options?: RecognitionOptions): Promise<Transcript>
  /**
   * Recognises while the audio arrives, in constant memory whatever its length. Leaving the iteration stops it.
   * @param audio pieces of mono, 16 kHz, −1..1, of any length
   * @throws as `recognize`, and what the audio throws
   */
  stream(audio: AsyncIterable<Float32Array>, options?: StreamOptions): AsyncIterable<RecognitionEvent>
  /** Rejects what is under way and frees the engine; may be called again. */
  close(): Promise<void>
}
