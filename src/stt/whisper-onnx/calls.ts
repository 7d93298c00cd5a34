import type {HeardWindow} from '../engine.ts'
import type {WindowOptions} from './transcribe.ts'

/** What the thread is given when it starts. */
export interface WhisperThreadData {
  modelPath: string
  threads: number
}

/** What the thread can be asked. */
export type WhisperCalls = {
  /** Loads the model, and hears a moment of silence. */
  load: {input: undefined; output: {languages: number; windowMs: number; translates: boolean}}
  hear: {input: {audio: Float32Array; options: WindowOptions}; output: HeardWindow}
}
