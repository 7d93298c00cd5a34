import type {Backend} from './device.ts'

/** What runs behind a port, for summaries, `/health` and `doctor`. */
export interface EngineInfo {
  /** The engine: `whisper.cpp`, `llama.cpp`, `espeak-ng`, `demo`, `mock` … */
  engine: string
  /** The model or voice set: a file name or id. */
  model: string
  device: Backend
  /** Why this device: "no GPU driver found (libcuda.so.1)", "STT_DEVICE=cpu" … */
  deviceReason: string
  /** What is otherwise than the settings ask for, in a few words: "it thinks before it answers". */
  note?: string | undefined
  /** Set when the engine is for tests and demonstrations only: what it cannot do, in one sentence people understand. */
  demo?: string | undefined
}
