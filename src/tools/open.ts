import type {Documents} from '../documents/port.ts'
import type {Store} from '../store/store.ts'
import {calculator} from './built-in/calculator.ts'
import {clock} from './built-in/clock.ts'
import {documentSearch} from './built-in/document-search.ts'
import {fileTools} from './built-in/file-tools.ts'
import {type MemoryOfTools, memoryTools} from './built-in/memory-tools.ts'
import {reminderTools} from './built-in/reminder-tools.ts'
import {runProgramTool} from './built-in/run-program.ts'
import {type WebSearchEndpoint, weather, webSearch} from './built-in/web-tools.ts'
import {checkTimeZone, machineTimeZone} from './built-in/zoned-time.ts'
import type {Reminders, Toolbox} from './port.ts'
import type {Tool} from './tool.ts'
import {toolboxOf} from './toolbox.ts'

/** What there are tools for: where one of these is absent, its tools are, too. */
export interface ToolboxOptions {
  /** For the audit and for questions; without it no tool can ask, so none changes the world. */
  store?: Store | undefined
  memory?: MemoryOfTools | undefined
  documents?: Pick<Documents, 'search'> | undefined
  reminders?: Pick<Reminders, 'set' | 'list' | 'cancel'> | undefined
  /** TIME_ZONE. Default: the machine's. */
  timeZone?: string | undefined
  /** WEATHER_URL */
  weatherUrl?: string | undefined
  /** WEB_SEARCH_URL and WEB_SEARCH_API_KEY */
  webSearch?: WebSearchEndpoint | undefined
  /** TOOLS_FOLDER */
  folder?: string | undefined
  /** TOOLS_SHELL: also programs, in `folder`. */
  shell?: boolean | undefined
  /** MCP_SERVERS: a file. */
  mcpServers?: string | undefined
  /** Where `${NAME}` in that file is looked up. Default: the environment of this process. */
  environment?: NodeJS.ProcessEnv | undefined
  /** ms that the start waits for MCP servers. Default 5000. */
  mcpStartMs?: number | undefined
  /** TOOL_TIMEOUT_SECONDS, in ms. Default 20 000. */
  timeoutMs?: number | undefined
  /** CONFIRMATION_MINUTES, in ms. Default 600 000. */
  confirmationMs?: number | undefined
  /** Characters of one result that the model sees. Default 8000. */
  resultCharacters?: number | undefined
  /** Called when something goes wrong that no caller hears of. */
  onProblem?: ((message: string) => void) | undefined
  /** Another clock, for tests. */
  now?: (() => Date) | undefined
  /** More tools. */
  tools?: readonly Tool[] | undefined
}

/**
 * Opens what the model may call.
 * @throws USAGE (no such time zone), CONFIG_INVALID (the file of MCP servers)
 */
export const openToolbox = async (options: ToolboxOptions = {}): Promise<Toolbox> => {
  const {store, mcpServers, environment = process.env, now = () => new Date()} = options
  const own = ownTools(options, now)
  const taken = own.map(({definition}) => definition.name)
  const mcp =
    mcpServers === undefined
      ? undefined
      : await (await import('./mcp/mcp-tools.ts')).openMcpTools({
          path: mcpServers,
          environment,
          taken,
          startMs: options.mcpStartMs,
        })
  return toolboxOf({
    tools: [...own, ...(mcp?.tools ?? [])].filter(({effect}) => store || effect !== 'world'),
    store,
    timeoutMs: options.timeoutMs ?? 20_000,
    confirmationMs: options.confirmationMs ?? 600_000,
    resultCharacters: options.resultCharacters ?? 8000,
    now,
    lacks: () => mcp?.lacks() ?? [],
    onProblem: options.onProblem ?? (() => {}),
    close: async () => mcp?.close(),
  })
}

const ownTools = (options: ToolboxOptions, now: () => Date): Tool[] => {
  const {memory, documents, reminders, weatherUrl, webSearch: endpoint, folder, shell = false, tools = []} = options
  const timeZone = options.timeZone ? checkTimeZone(options.timeZone) : machineTimeZone()
  return [
    calculator,
    clock(timeZone, now),
    reminders && reminderTools({reminders, timeZone, now}),
    memory && memoryTools(memory),
    documents && documentSearch(documents),
    weatherUrl && weather(weatherUrl),
    endpoint && webSearch(endpoint),
    folder && fileTools(folder),
    folder && shell && runProgramTool(folder),
    tools,
  ]
    .flat()
    .filter(tool => typeof tool === 'object')
}
