import {chatAssistant, openingOf} from '../../assistant/chat-assistant.ts'
import {demoMind} from '../../assistant/demo.ts'
import {openFastPath} from '../../assistant/fast-path/fast-path.ts'
import {mockAssistant} from '../../assistant/mock.ts'
import type {Assistant} from '../../assistant/port.ts'
import type {Settings} from '../../config/schema.ts'
import {type ErrorCode, isEssenceError, systemCodeOf} from '../../kit/errors.ts'
import type {Embedder} from '../../llm/embedding-port.ts'
import {mockLlm} from '../../llm/mock.ts'
import {mockEmbedder} from '../../llm/mock-embedder.ts'
import type {LanguageModel} from '../../llm/port.ts'
import type {Store} from '../../store/store.ts'
import {modesOf} from '../modes.ts'
import {openEmbedder} from './embedder.ts'
import {type Kept, newKept} from './kept.ts'
import {openLanguageModel} from './language-model.ts'
import type {MindParts, PartsOptions} from './parts.ts'
import {samplingFrom} from './sampling.ts'

export interface MindOptions {
  signal?: AbortSignal | undefined
  /** What outlives this mind. Default: nothing does. */
  kept?: Kept | undefined
  /** Told what goes wrong in the background. */
  log?: ((message: string) => void) | undefined
}

/** A mind in this process: what answers, and the models behind it. */
export interface OpenedMind {
  assistant: Assistant
  /** Absent where a stand-in answers. */
  llm: LanguageModel | undefined
  embedder: Embedder | undefined
  close(): Promise<void>
}

/**
 * What answers, with all it remembers, has read and can do: the language model the settings name; where it is only the default and not
 * installed, the demo mind. A database that cannot be had costs the memory, not the answers (`lacks`).
 * @throws MODEL_MISSING, MODEL_INVALID, CONFIG_INVALID, ENGINE_UNAVAILABLE, ENGINE_FAILED, CANCELLED, and what `openRemoteModel` throws
 */
export const openMind = async (settings: Settings, options: MindOptions = {}): Promise<OpenedMind> => {
  if (modesOf(settings).llm === 'mock') return mockMind()
  const {signal, log, kept = newKept()} = options
  const closers: (() => Promise<void>)[] = options.kept ? [] : [() => kept.close()]
  const later = <T extends {close(): Promise<void>}>(opened: T): T => {
    closers.push(() => opened.close())
    return opened
  }
  // The last opened first: what computes for others before what they stand on.
  const close = async (): Promise<void> => {
    for (const end of closers.splice(0).toReversed()) await end()
  }
  try {
    const lacks: string[] = []
    const opening = storeOr(lacks, kept.store(settings, signal))
    // Waited for below; that another part fails first is no fault of its own.
    opening.catch(() => {})
    const llm = await openLanguageModel(settings, signal)
    if (llm) later(llm)
    const embedder = await openEmbedder(settings, signal)
    if (embedder) later(embedder)
    const store = await opening
    const parts = await partsOr({settings, store, embedder, llm, log, signal, later})
    const {memory: known, documents, reminders, toolbox} = parts
    const memory = settings.MEMORY_ENABLED ? known : undefined
    const {conversations} = kept
    // What is known is for people to see and erase, also where nothing more is to be remembered.
    const tools = toolbox?.definitions.map(({name}) => name) ?? []
    const mind = known && documents && reminders && {memory: known, documents, reminders, tools}
    const heard = {
      ...{conversations, memory, toolbox, mind, lacks, close},
      fastPath: openFastPath({memory: known, reminders, toolbox, timeZone: settings.TIME_ZONE}),
    }
    if (!llm) return {assistant: demoMind({...heard, timeZone: settings.TIME_ZONE}), llm, embedder, close}
    await llm.prepare(
      {messages: openingOf(settings.SYSTEM_PROMPT), tools: llm.callsTools === false ? [] : toolbox?.definitions},
      signal,
    )
    const assistant = chatAssistant(llm, {
      sampling: samplingFrom(settings),
      systemPrompt: settings.SYSTEM_PROMPT,
      toolRounds: settings.TOOL_ROUNDS,
      ...heard,
      documents,
    })
    return {assistant, llm, embedder, close}
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
}

/** What answers without a language model: the mock where the mode says so, else the demo mind. */
export const standInAssistant = (settings: Settings): Assistant =>
  modesOf(settings).llm === 'mock' ? mockAssistant() : demoMind()

const mockMind = (): OpenedMind => {
  const assistant = mockAssistant()
  return {assistant, llm: mockLlm(), embedder: mockEmbedder(), close: () => assistant.close()}
}

const startEnding: ReadonlySet<ErrorCode> = new Set(['CANCELLED', 'CONFIG_INVALID', 'DECRYPTION_FAILED'])

/** The database, or why there is none. @throws CANCELLED, CONFIG_INVALID, DECRYPTION_FAILED (not the right key) */
const storeOr = (lacks: string[], opening: Promise<Store>): Promise<Store | undefined> =>
  opening.catch((error: unknown) => {
    if (isAbsent(error)) return undefined
    // A database that another key would open is not away: without it, what is said from now on would be lost.
    if (!isEssenceError(error) || startEnding.has(error.code)) throw error
    lacks.push(`memory: ${error.message}`)
    return undefined
  })

/** What stands on the database, and the tools; nothing where a release leaves it to June elsewhere. @throws what `openParts` throws */
const partsOr = async (options: PartsOptions): Promise<Partial<MindParts>> => {
  try {
    // Its libraries take a second to load, and not every release has them.
    return await (await import('./parts.ts')).openParts(options)
  } catch (error) {
    if (!isAbsent(error)) throw error
    return {}
  }
}

/** A package that was left out. */
const isAbsent = (error: unknown): boolean => systemCodeOf(error) === 'ERR_MODULE_NOT_FOUND'
