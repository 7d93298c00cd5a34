import type {JsonSchemaType, Tool as OfferedTool} from '@modelcontextprotocol/client'
import {AjvJsonSchemaValidator} from '@modelcontextprotocol/client/validators/ajv'
import {EssenceError, messageOf} from '../../kit/errors.ts'
import {cutTo} from '../foreign-text.ts'
import type {Tool} from '../tool.ts'
import {type ConnectionOptions, connectMcpServer, type McpConnection} from './connection.ts'
import {resultText} from './result-text.ts'
import {type McpServerEntry, readMcpServers} from './servers-file.ts'
import {toolName} from './tool-name.ts'

export interface McpToolsOptions extends ConnectionOptions {
  /** File of the servers. */
  path: string
  /** Where `${NAME}` of the file is looked up. */
  environment: NodeJS.ProcessEnv
  /** Names that other tools have. */
  taken: Iterable<string>
  /** ms that the start waits for slow servers. Default 5000. */
  startMs?: number | undefined
}

export interface McpTools {
  readonly tools: readonly Tool[]
  /** Servers that are not there, and tools that could not be taken. */
  lacks(): string[]
  close(): Promise<void>
}

const descriptionCharacters = 1000

/**
 * The tools of all servers of a file that are there within a few seconds. Others are waited for in the background; their tools are used
 * from the next start on, as prompts begin with them.
 * @throws CONFIG_INVALID
 */
export const openMcpTools = async (options: McpToolsOptions): Promise<McpTools> => {
  const {path, environment, startMs = 5000} = options
  const servers = [...(await readMcpServers(path, environment))].map(([name, entry]) => ({
    name,
    entry,
    connection: connectMcpServer(name, entry, options),
  }))
  const startOver = AbortSignal.timeout(startMs)
  const offers = await Promise.all(servers.map(({connection}) => unless(startOver, connection.offered)))

  const taken = new Set(options.taken)
  const lacks: string[] = []
  const tools = servers.flatMap(({name, entry, connection}, index) => {
    const offered = offers[index] ?? []
    for (const trusted of entry.trusted)
      if (offers[index] && !offered.some(tool => tool.name === trusted))
        lacks.push(`MCP server ${name}: it has no tool ${trusted}, which is named as trusted`)
    return offered.flatMap(tool => {
      try {
        const made = toolOf(toolName(name, tool.name, taken), tool, name, entry, connection)
        taken.add(made.definition.name)
        return made
      } catch (error) {
        lacks.push(
          `MCP server ${name}: its tool ${tool.name} is left out, its arguments are of no schema: ${messageOf(error)}`,
        )
        return []
      }
    })
  })
  return {
    tools,
    lacks: () => [
      ...lacks,
      ...servers.flatMap(({name, connection: {problem}}, index) => {
        if (problem) return `MCP server ${name}: ${problem}`
        return offers[index] ? [] : `MCP server ${name}: it came late; its tools are used from the next start on`
      }),
    ],
    close: async () => void (await Promise.all(servers.map(({connection}) => connection.close()))),
  }
}

const toolOf = (
  name: string,
  offered: OfferedTool,
  serverName: string,
  {trusted}: McpServerEntry,
  connection: McpConnection,
): Tool => {
  const check = new AjvJsonSchemaValidator().getValidator<Record<string, unknown>>(
    offered.inputSchema as JsonSchemaType,
  )
  const description = cutTo(descriptionCharacters, offered.description ?? offered.title ?? offered.name)
  const onlyReads = offered.annotations?.readOnlyHint === true || trusted.includes(offered.name)
  return {
    definition: {name, description, parameters: offered.inputSchema},
    effect: onlyReads ? 'none' : 'world',
    foreign: true,
    parse(json) {
      const checked = check(json)
      return checked.valid ? {input: checked.data} : {wrong: checked.errorMessage}
    },
    async run(input, {signal}) {
      const result = await connection.call(offered.name, input as Record<string, unknown>, signal)
      const text = resultText(result)
      if (result.isError) throw new EssenceError('REMOTE_REFUSED', `${serverName} says: ${text}`)
      return {text}
    },
  }
}

/** What work gives, or undefined when the signal aborts first. */
const unless = <T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> =>
  Promise.race([
    work,
    new Promise<undefined>(resolve => signal.addEventListener('abort', () => resolve(undefined), {once: true})),
  ])
