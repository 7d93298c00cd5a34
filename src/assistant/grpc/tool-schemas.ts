import {Ajv} from 'ajv'
import {Ajv2020} from 'ajv/dist/2020.js'
import {EssenceError} from '../../kit/errors.ts'
import type {ToolDefinition} from '../../llm/port.ts'
import type {ToolDefinition as Message} from '../../rpc/generated/june/llm/llm.ts'

/** The current one, and the one that most schemas in the field are written in. */
const dialects = [new Ajv2020({strict: false}), new Ajv({strict: false})]

const namePattern = /^[\w.:-]{1,128}$/

/** What a request lets the model call. @throws USAGE (a name or a schema that is none) */
export const toolDefinitions = (tools: readonly Message[]): ToolDefinition[] | undefined => {
  if (tools.length === 0) return undefined
  const twice = tools.find(({name}, index) => tools.findIndex(other => other.name === name) < index)
  if (twice) throw new EssenceError('USAGE', `Two tools have the name "${twice.name.slice(0, 128)}".`)
  return tools.map(({name, description, parametersSchema}) => {
    if (!namePattern.test(name)) {
      throw new EssenceError(
        'USAGE',
        `A tool has the name "${name.slice(0, 128)}"; letters, digits, _ and - were expected.`,
      )
    }
    return {name, description, parameters: schemaOf(name, parametersSchema)}
  })
}

const schemaOf = (name: string, text: string): Record<string, unknown> => {
  if (text.trim() === '') return {type: 'object', properties: {}}
  const refused = (why: string): EssenceError =>
    new EssenceError('USAGE', `parameters_schema of the tool "${name}" is not JSON Schema of an object: ${why}.`)
  let schema: unknown
  try {
    schema = JSON.parse(text)
  } catch {
    throw refused('it is not JSON')
  }
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw refused('it is not an object')
  const {$schema: _, ...own} = schema as Record<string, unknown>
  if ((own['type'] ?? 'object') !== 'object') throw refused(`its type is ${JSON.stringify(own['type'])}`)
  const [current] = dialects
  if (!dialects.some(dialect => dialect.validateSchema(own))) throw refused(current?.errorsText() ?? 'it is malformed')
  return own
}
