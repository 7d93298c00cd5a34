import {Ajv} from 'ajv'
import {Ajv2020} from 'ajv/dist/2020.js'
import {EssenceError} from '../kit/errors.ts'
import {isSchema} from './json-schema.ts'
import type {ChatMessage, ChatOptions, ToolCall, ToolDefinition} from './port.ts'

/** What every known server takes as the name of a function. */
const toolName = /^[\w-]{1,64}$/

/** Made by the first schema: most processes never have one. */
let validators: [Ajv, Ajv2020] | undefined
/** Tools come with every turn, mostly the same objects. */
const checked = new WeakSet<object>()

/**
 * Checks the tools a model is offered.
 * @throws USAGE (a name that no model may be given, or given twice; a schema that is no JSON Schema of an object)
 */
export const checkTools = (tools: readonly ToolDefinition[] = []): void => {
  const names = new Set<string>()
  for (const {name, parameters} of tools) {
    if (typeof name !== 'string' || !toolName.test(name))
      throw new EssenceError('USAGE', `A tool is named "${name}"; up to 64 letters, digits, _ and - were expected.`)
    if (names.has(name)) throw new EssenceError('USAGE', `Two tools are named "${name}".`)
    names.add(name)
    checkSchema(name, parameters)
  }
}

const checkSchema = (name: string, schema: unknown): void => {
  const refused = (what: string): EssenceError =>
    new EssenceError('USAGE', `The parameters of the tool "${name}" are no JSON Schema of an object: ${what}.`)
  const type = isSchema(schema) ? (schema['type'] ?? 'object') : undefined
  if (type !== undefined && type !== 'object') throw refused(`type is ${JSON.stringify(type)}`)
  checkJsonSchema(schema, refused)
}

/** Schemas come from outside, and what reads them goes into them call by call. */
const maxDepth = 200

const isTooDeep = (value: unknown, left = maxDepth): boolean =>
  value !== null &&
  typeof value === 'object' &&
  (left === 0 || Object.values(value).some(each => isTooDeep(each, left - 1)))

/** @param refused the error for a schema that is none, and what is wrong with it */
export const checkJsonSchema = (schema: unknown, refused: (what: string) => EssenceError): void => {
  if (!isSchema(schema)) throw refused('no object')
  if (checked.has(schema)) return
  const {$schema: _dialect, ...keywords} = schema
  validators ??= [new Ajv({strict: false, logger: false}), new Ajv2020({strict: false, logger: false})]
  const [seventh, latest] = validators
  if (isTooDeep(keywords)) throw refused(`it is nested deeper than ${maxDepth} levels`)
  // Of either dialect: MCP servers send both, with and without saying so.
  if (!latest.validateSchema(keywords) && !seventh.validateSchema(keywords)) throw refused(seventh.errorsText())
  checked.add(schema)
}

/**
 * Checks that the tool that must be called is there.
 * @throws USAGE
 */
export const checkToolChoice = ({tools = [], toolChoice = 'auto'}: ChatOptions): void => {
  if (toolChoice === 'auto' || toolChoice === 'none') return
  const name = typeof toolChoice === 'object' ? toolChoice.name : undefined
  if (name === undefined && toolChoice !== 'required')
    throw new EssenceError('USAGE', `toolChoice is "${toolChoice}"; auto, none, required or a tool was expected.`)
  if (tools.length === 0) throw new EssenceError('USAGE', 'A tool must be called, but there are none.')
  if (name !== undefined && !tools.some(tool => tool.name === name))
    throw new EssenceError(
      'USAGE',
      `The tool "${name}" must be called, which is not among these: ${tools.map(tool => tool.name).join(', ')}.`,
    )
}

/** The tools a model may call. */
export const offeredTools = ({tools = [], toolChoice}: ChatOptions): readonly ToolDefinition[] => {
  if (toolChoice === 'none') return []
  return typeof toolChoice === 'object' ? tools.filter(({name}) => name === toolChoice.name) : tools
}

/** Whether an answer without a call would be none. */
export const mustCall = ({toolChoice = 'auto'}: ChatOptions): boolean => toolChoice !== 'auto' && toolChoice !== 'none'

/**
 * Checks that calls and results belong together: each call has one result, before anything else is said.
 * @throws USAGE
 */
export const checkToolMessages = (messages: readonly ChatMessage[]): void => {
  const ids = new Set<string>()
  let open: ToolCall[] = []
  for (const {role, toolCalls = [], toolCallId} of messages) {
    if (role === 'tool') {
      if (!open.some(({id}) => id === toolCallId))
        throw new EssenceError('USAGE', `A tool message answers the call "${toolCallId}", which is not open before it.`)
      open = open.filter(({id}) => id !== toolCallId)
      continue
    }
    requireAnswered(open)
    if (toolCalls.length > 0 && role !== 'assistant')
      throw new EssenceError('USAGE', `A ${role} message has tool calls; only the assistant calls tools.`)
    for (const {id, name, arguments: text} of toolCalls) {
      if (typeof id !== 'string' || id === '' || ids.has(id))
        throw new EssenceError('USAGE', `The id of a tool call is "${id}"; one of its own was expected.`)
      if (typeof name !== 'string' || !toolName.test(name) || typeof text !== 'string')
        throw new EssenceError('USAGE', `The tool call "${id}" has no name, or no text as its arguments.`)
      ids.add(id)
    }
    open = [...toolCalls]
  }
  requireAnswered(open)
}

const requireAnswered = ([call]: readonly ToolCall[]): void => {
  if (call) throw new EssenceError('USAGE', `The tool call "${call.id}" (${call.name}) has no result.`)
}
