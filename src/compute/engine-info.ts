import {basename, resolve} from 'node:path'
import type {Backend} from './device.ts'

/** What runs behind a port, for summaries, `/health` and `doctor`. */
export interface EngineInfo {
  /** The engine: `whisper.cpp`, `llama.cpp`, `espeak-ng`, `demo`, `mock` … */
  engine: string
  /** The model or voice set: a file name or id. */
  model: string
  /** Absolute path of the main file it opened, in this process; absent where it opened none, or runs elsewhere. */
  modelPath?: string | undefined
  /** `server`: a server elsewhere, which does not tell what computes there. */
  device: Backend | 'server'
  /** Why this device: "no GPU driver found (libcuda.so.1)", "STT_DEVICE=cpu" … */
  deviceReason: string
  /** What is otherwise than the settings ask for, in a few words: "it thinks before it answers". */
  note?: string | undefined
  /** Set when the engine is for tests and demonstrations only: what it cannot do, in one sentence people understand. */
  demo?: string | undefined
}

/** An engine, by what it does in a turn. */
export interface EngineInUse {
  role: 'stt' | 'llm' | 'tts'
  info: EngineInfo
}

/** What an engine says of the file it opened. */
export const modelFile = (path: string): Pick<EngineInfo, 'model' | 'modelPath'> => ({
  model: basename(path),
  modelPath: resolve(path),
})
