// What we use of @fugood/whisper.node 1.1.3. Its own types are TypeScript sources that our compiler settings reject.

/** Which models a build of whisper.cpp loads. */
export type Family = 'whisper' | 'parakeet'

export interface NativeOptions {
  /** Whisper's code, or `auto`; Parakeet does not take any. */
  language?: string
  /** English text, whatever is spoken. */
  translate?: boolean
  maxThreads: number
  prompt?: string
  /** Step of the temperatures tried one after the other when a result looks bad; 0 is one attempt. */
  temperatureInc?: number
  /** Samples drawn at temperatures above 0. */
  bestOf?: number
}

export interface NativeResult {
  result: string
  /** Absent for empty audio; empty where the model does not tell. */
  language?: string
  /** Times in ms, any number where the model gives none. */
  segments: {text: string; t0: number; t1: number}[]
}

/** A model in memory. It computes one thing at a time, on a thread of its own. */
export interface NativeContext {
  /**
   * @param audio 16 bit PCM, mono, 16 kHz
   * @returns `stop`: Parakeet stops at its next step and resolves; Whisper computes on, and never settles then
   */
  transcribeData(
    audio: ArrayBuffer,
    options: NativeOptions,
  ): {promise: Promise<NativeResult>; stop: () => Promise<void>}
  release(): Promise<void>
}

interface NativeModel {
  new (options: {filePath: string; useGpu: boolean; useFlashAttn?: boolean}): NativeContext
}

/** What a native package exports. */
export interface NativeModule {
  WhisperContext: NativeModel & {
    /** For all models of this build. */
    toggleNativeLog(enable: boolean, listener?: (level: string, text: string) => void): void
  }
  /** Absent in builds older than 1.1. */
  ParakeetContext?: NativeModel
}
