import type {EngineInfo} from '../kit/engine-info.ts'

export interface Voice {
  id: string
  name: string
  /** ISO 639-1, with region where the voice has one: `en`, `en-gb`. */
  language: string
  gender: 'female' | 'male' | 'unknown'
}

/** A stretch of speech: mono samples, −1..1, at `sampleRate` Hz. */
export interface SpeechChunk {
  pcm: Float32Array
  sampleRate: number
}

export interface SynthesisOptions {
  /** A voice id, or a language to pick a voice for. Default: the engine's default voice. */
  voice?: string
  /**
   * ISO 639-1 of the text, where known. Counts only without `voice`: an engine whose default voice speaks another language
   * picks a voice for this one, if it has one.
   */
  language?: string
  /** Relative rate, 0.5..2; 1 is the voice's own. */
  speed?: number
  /** Shift in semitones, −12..12; 0 is the voice's own. */
  pitch?: number
  /** Relative loudness, 0..1; 1 is full. */
  volume?: number
  /** Aborting ends the stream; iteration then throws CANCELLED. */
  signal?: AbortSignal
}

/** A speech synthesiser: resident, safe for concurrent calls. */
export interface TextToSpeech {
  readonly info: EngineInfo
  voices(): Promise<Voice[]>
  /**
   * Speaks plain text (see `speechText`), chunk by chunk. Text without anything speakable gives no chunk.
   * @throws CANCELLED, VOICE_UNKNOWN, USAGE (an option out of range), ENGINE_BUSY, ENGINE_FAILED
   */
  synthesize(text: string, options?: SynthesisOptions): AsyncIterable<SpeechChunk>
  close(): Promise<void>
}
