import type {EngineInfo} from '../compute/engine-info.ts'
import type {PcmChunk, Voice} from './port.ts'

/** How an engine is to speak one clause: numbers checked, voice resolved. */
export interface SpeakOptions {
  /** Id of one of the engine's voices. */
  voice: string
  /** Relative rate; 1 unless the engine has `native.speed`. */
  speed: number
  /** Semitones, within `native.pitch`. */
  pitch: number
  /** Aborting ends the stream with CANCELLED. */
  signal: AbortSignal
}

/**
 * What an engine itself must do: speak one clause. Everything else (markup, numbers as words, clauses, concurrency, rate and
 * pitch where the engine has none, pauses, fades, loudness) is done once for all engines, by `textToSpeech`.
 */
export interface VoiceEngine {
  readonly info: EngineInfo
  readonly voices: readonly Voice[]
  /** The voice where a caller names none. */
  readonly defaultVoice: string
  /**
   * The id of one of the voices: by id, by language (`de`, `pt-BR`), or by what else the engine understands.
   * @throws VOICE_UNKNOWN, with the nearest as a suggestion
   */
  resolve(voice: string): string
  /** The voice that speaks a language best; undefined where none does. */
  voiceFor(language: string): string | undefined
  /** What it does by itself: whether it has a rate, and how many semitones it moves up and down. The rest is signal processing. */
  readonly native: {speed: boolean; pitch: number}
  /** How many clauses are spoken at once; 1 for most. */
  readonly concurrency: number
  /**
   * Speaks one clause of words, as `normalizeText` leaves them: no markup, no digits, punctuation kept. Mono, −1..1, the
   * voice's own rate and level.
   * @throws CANCELLED, ENGINE_FAILED
   */
  speak(clause: string, options: SpeakOptions): AsyncIterable<PcmChunk>
  close(): Promise<void>
}
