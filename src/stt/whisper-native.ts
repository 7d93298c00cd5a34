// What we use of @fugood/whisper.node 1.1.3. Its own types are TypeScript sources that our compiler settings reject.

export interface NativeOptions {
  /** Whisper's code, or `auto`. */
  language: string
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
  /** Absent for empty audio. */
  language?: string
  /** Times in ms, any number where the model gives none. */
  segments: {text: string; t0: number; t1: number}[]
}

/** A model in memory. It computes one thing at a time, on a thread of its own. */
export interface NativeContext {
  /** @param audio 16 bit PCM, mono, 16 kHz */
  transcribeData(audio: ArrayBuffer, options: NativeOptions): {promise: Promise<NativeResult>}
  release(): Promise<void>
}

export interface NativeWhisper {
  new (options: {filePath: string; useGpu: boolean; useFlashAttn: boolean}): NativeContext
  toggleNativeLog(enable: boolean, listener?: (level: string, text: string) => void): void
}
