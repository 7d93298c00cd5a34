import type {ChatModelFunctions} from 'node-llama-cpp'
import type {ToolDefinition} from '../port.ts'
import {type GrammarRules, gbnfSchemaOf, requiredOf, resolved, type Schema} from './gbnf-schema.ts'
import {mapTexts} from './history.ts'

/** The library's functions, and the schema that the template is to show of each. */
export type DocumentedFunctions = Record<string, ChatModelFunctions[string] & {schema: Schema}>

/**
 * Tools as the library takes them: what a model writes is held to a grammar made of the schema, as far as the library can.
 * @param plain makes sure that templates take no text of a tool for one of their marks
 */
export const functionsOf = (tools: readonly ToolDefinition[], plain: (text: string) => string): DocumentedFunctions =>
  Object.fromEntries(
    tools.map(({name, description, parameters}) => [
      name,
      {
        description: plain(description),
        ...(takesNothing(parameters) ? {} : {params: gbnfSchemaOf(parameters, lenient)}),
        schema: mapTexts(parameters, plain) as Schema,
      },
    ]),
  )

const takesNothing = ({type = 'object', properties = {}, additionalProperties}: Schema): boolean =>
  type === 'object' && Object.keys(properties as Schema).length === 0 && !additionalProperties

/** What the grammar does not know it lets pass; a property that may be absent may be null, and `withoutAbsent` takes it out again. */
const lenient: GrammarRules = {
  unheld() {},
  optional: schema => ({oneOf: [schema, {type: 'null'}]}),
}

/** Arguments without the nulls that stand for what was left out. */
export const withoutAbsent = (value: unknown, schema: unknown, root: Schema): unknown => {
  if (schema === null || typeof schema !== 'object' || value === null || typeof value !== 'object') return value
  const {$ref, properties = {}, items} = schema as Schema
  if (typeof $ref === 'string') return withoutAbsent(value, resolved($ref, root), root)
  if (Array.isArray(value)) return value.map(each => withoutAbsent(each, items, root))
  const required = requiredOf(schema as Schema)
  const known = properties as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, each]) => each !== null || required.has(name) || !(name in known))
      .map(([name, each]) => [name, withoutAbsent(each, known[name], root)]),
  )
}
