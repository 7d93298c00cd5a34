import type {PcmChunk} from '../audio/pcm.ts'
import type {EngineInfo} from '../compute/engine-info.ts'

export type {PcmChunk} from '../audio/pcm.ts'

export interface Voice {
  id: string
  name: string
  /** ISO 639-1, with region where the voice has one: `en`, `en-gb`. */
  language: string
  gender: 'female' | 'male' | 'unknown'
  /** Hz of the voice's own sound. */
  sampleRate: number
  /** The engine that has it, of several that are as one. */
  engine?: string | undefined
}

/** Ways of speaking: moves of rate, pitch and loudness, see `src/tts/styles.ts`. */
export type Style = 'neutral' | 'happy' | 'sad' | 'angry' | 'excited' | 'calm'

export interface SynthesisOptions {
  /** A voice id, or a language to pick a voice for. Default: the engine's default voice. */
  voice?: string | undefined
  /**
   * ISO 639-1 of the text, where known. Counts only without `voice`: an engine whose default voice speaks another language
   * picks a voice for this one, if it has one.
   */
  language?: string | undefined
  /** Relative rate, 0.5..2; 1 is the voice's own. */
  speed?: number | undefined
  /** Shift in semitones, −12..12; 0 is the voice's own. */
  pitch?: number | undefined
  /** Relative loudness, 0..1; 1 is full. */
  volume?: number | undefined
  /** Default `neutral`. */
  style?: Style | undefined
  /** The text is SSML (`break`, `prosody`, `say-as`, `emphasis`, `sub`, `p`, `s`). Default false: text is text. */
  ssml?: boolean | undefined
  /** Aborting ends the stream; iteration then throws CANCELLED. */
  signal?: AbortSignal | undefined
}

/** A speech synthesiser: resident, safe for concurrent calls. */
export interface TextToSpeech {
  readonly info: EngineInfo
  /** Requests taken at once, waiting ones included, before ENGINE_BUSY; absent where another process decides. */
  readonly requestLimit?: number | undefined
  /** Id of the voice of a caller who names none; absent where a service elsewhere decides. */
  readonly defaultVoice?: string | undefined
  voices(): Promise<Voice[]>
  /**
   * Speaks text (plain, see `speechText`, or SSML), chunk by chunk, the first after the first clause. Numbers, dates and
   * the like are read as words. All chunks have one rate and one loudness. Text without anything speakable gives no chunk,
   * or the silence its markup asks for.
   * @throws CANCELLED, VOICE_UNKNOWN, USAGE (an option out of range, malformed SSML, something the voice cannot do),
   * ENGINE_BUSY, ENGINE_FAILED, ENGINE_UNAVAILABLE (closed)
   */
  synthesize(text: string, options?: SynthesisOptions): AsyncIterable<PcmChunk>
  close(): Promise<void>
}
