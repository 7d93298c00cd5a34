import type {Mind} from '../../assistant/port.ts'
import type {Settings} from '../../config/schema.ts'
import {remoteAssistant} from '../../engines/remote/assistant.ts'
import {mindUrl} from '../../engines/remote/mind-url.ts'
import {connectTimeoutMs} from '../../engines/remote/speech.ts'
import {EssenceError} from '../../kit/errors.ts'

interface Closable {
  close(): Promise<void>
}

export interface MindUse<Part, Here extends Part & Closable> {
  settings: Settings
  /** Told what one waits for. */
  log: (message: string) => void
  /** The part of a June that runs. */
  of: (mind: Mind) => Part
  /** The same in this process, where none runs. */
  here: () => Promise<Here>
}

/**
 * Does something with a part of the June that runs here or at LLM_URL, or else opens it in this process: the embedded database is for one
 * process at a time.
 * @throws as `remoteAssistant`, ENGINE_UNAVAILABLE (she remembers nothing), and what `here` and the work throw
 */
export const withMind = async <Part, Here extends Part & Closable, T>(
  {settings, log, of, here}: MindUse<Part, Here>,
  work: (part: Part | Here) => Promise<T>,
): Promise<T> => {
  const url = await mindUrl(settings)
  if (url === undefined) return using(await here(), work)
  const options = {waitMs: connectTimeoutMs, onProgress: log}
  const assistant = await remoteAssistant({...settings, LLM_URL: url}, options)
  const mind = assistant?.mind
  if (assistant && mind) return using(assistant, () => work(of(mind)))
  await assistant?.close()
  throw new EssenceError('ENGINE_UNAVAILABLE', `The June at ${url} remembers nothing and reads no documents.`)
}

const using = async <O extends Closable, T>(opened: O, work: (opened: O) => Promise<T>): Promise<T> => {
  try {
    return await work(opened)
  } finally {
    await opened.close()
  }
}
