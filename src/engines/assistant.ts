import type {Assistant} from '../assistant/port.ts'
import type {Settings} from '../config/schema.ts'
import {type MindOptions, type OpenedMind, openMind} from './mind/open-mind.ts'
import {sampledModel} from './mind/sampling.ts'

/** What answers for a channel. Closing it closes all that it stands on. @throws what `openMind` throws */
export const openAssistant = async (settings: Settings, options: MindOptions = {}): Promise<Assistant> =>
  (await openMind(settings, options)).assistant

/** The same with the bare models, the language model as it is configured. @throws what `openMind` throws */
export const openAnswers = async (settings: Settings, options: MindOptions = {}): Promise<OpenedMind> => {
  const mind = await openMind(settings, options)
  return {...mind, llm: mind.llm && sampledModel(mind.llm, settings)}
}
