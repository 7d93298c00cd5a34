import type {Settings} from '../../config/schema.ts'
import type {Documents} from '../../documents/port.ts'
import type {Embedder} from '../../llm/embedding-port.ts'
import type {LanguageModel} from '../../llm/port.ts'
import {shareQueries} from '../../llm/share-queries.ts'
import type {Memory} from '../../memory/port.ts'
import {rewriteInBackground} from '../../store/rewrite.ts'
import type {Store} from '../../store/store.ts'
import {openToolbox} from '../../tools/open.ts'
import type {Reminders, Toolbox} from '../../tools/port.ts'
import {openReminders} from '../../tools/reminders.ts'
import {openDocumentsOf} from './documents.ts'
import {openMemoryOf} from './memory.ts'

export interface PartsOptions {
  settings: Settings
  /** Absent where there is no database: what stands on it is absent, too. */
  store: Store | undefined
  embedder: Embedder | undefined
  llm: LanguageModel | undefined
  log: ((message: string) => void) | undefined
  signal: AbortSignal | undefined
  /** Called with each part, to be closed with the others. */
  later: <T extends {close(): Promise<void>}>(opened: T) => T
}

/** What June remembers, has read and can do. */
export interface MindParts {
  memory: Memory | undefined
  documents: Documents | undefined
  reminders: Reminders | undefined
  toolbox: Toolbox | undefined
}

/** @throws CONFIG_INVALID (the file of MCP servers), USAGE (no such time zone) */
export const openParts = async (options: PartsOptions): Promise<MindParts> => {
  const {settings, store, llm, log, signal, later} = options
  const embedder = options.embedder && shareQueries(options.embedder)
  if (store) later(rewriteInBackground(store, log ?? (() => {})))
  const memory = store && later(await openMemoryOf(settings, {store, embedder, llm, log, signal}))
  const documents = store && later(await openDocumentsOf(settings, {opened: {store, embedder}, log}))
  const reminders = store && later(openReminders({store, onProblem: log}))
  if (!settings.TOOLS_ENABLED) return {memory, documents, reminders, toolbox: undefined}
  const {WEB_SEARCH_URL: searchUrl, WEB_SEARCH_API_KEY: apiKey} = settings
  const toolbox = await openToolbox({
    ...{store, documents, reminders},
    memory: settings.MEMORY_ENABLED ? memory : undefined,
    timeZone: settings.TIME_ZONE,
    weatherUrl: settings.WEATHER_URL,
    webSearch: searchUrl ? {url: searchUrl, apiKey} : undefined,
    folder: settings.TOOLS_FOLDER,
    shell: settings.TOOLS_SHELL,
    mcpServers: settings.MCP_SERVERS,
    timeoutMs: settings.TOOL_TIMEOUT_SECONDS * 1000,
    confirmationMs: settings.CONFIRMATION_MINUTES * 60_000,
    onProblem: log,
  })
  return {memory, documents, reminders, toolbox: later(toolbox)}
}
