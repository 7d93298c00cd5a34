import type {EngineTranscript} from '../engine.ts'
import type {WindowOptions} from './transcribe.ts'

/** Data of the thread at its start. */
export interface WhisperThreadData {
  modelPath: string
  threads: number
}

export type WhisperCalls = {
  /** Loads the model, and transcribes a moment of silence. */
  load: {input: undefined; output: {languages: number; windowMs: number; translates: boolean}}
  transcribe: {input: {audio: Float32Array; options: WindowOptions}; output: EngineTranscript}
}
