import type {EspeakVoiceSet} from './voices.ts'

export type EspeakCalls = {
  /** Its voices, and the variants each of them may have. */
  catalogue: {input: undefined; output: EspeakVoiceSet}
  /** Speaks, sample by sample as it computes: mono, −1..1. */
  speak: {input: EspeakJob; output: undefined; emits: Float32Array}
  /** The phonemes of texts, in IPA as espeak-ng writes it: a `_` between two phonemes, a space between two words. */
  phonemes: {input: {voice: string; texts: string[]}; output: string[]}
}

export interface EspeakJob {
  ssml: string
  /** A voice file and variant: `gmw/en-US+f3`. */
  voice: string
  wordsPerMinute: number
  /** 0..99, 50 is normal. */
  pitch: number
  /** Intonation, 0..99, 50 is normal. */
  range: number
}
