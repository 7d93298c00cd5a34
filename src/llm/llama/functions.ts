import type {ChatModelFunctions, GbnfJsonSchema} from 'node-llama-cpp'
import {referenced, type Schema} from '../json-schema.ts'
import type {ToolDefinition} from '../port.ts'
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
        ...(takesNothing(parameters) ? {} : {params: grammarSchemaOf(parameters, {root: parameters, parts: 0})}),
        schema: mapTexts(parameters, plain) as Schema,
      },
    ]),
  )

const takesNothing = ({type = 'object', properties = {}, additionalProperties}: Schema): boolean =>
  type === 'object' && Object.keys(properties as Schema).length === 0 && !additionalProperties

const anyValue = {
  oneOf: [
    {type: ['string', 'number', 'boolean', 'null']},
    {type: 'array'},
    {type: 'object', additionalProperties: true},
  ],
} as const satisfies GbnfJsonSchema

/** References are written out here: those that refer to others twice would make a grammar without end. */
const maxParts = 5000
/** Longer texts and lists are left to whoever checks the arguments: a grammar spells every repetition out. */
const maxRepetitions = 200
const bounds = ['minLength', 'maxLength', 'minItems', 'maxItems'] as const
const formats = ['date-time', 'time', 'date']

/**
 * What the library's grammar knows of a JSON Schema. It has every property written, so one that may be absent may be null, and
 * `withoutAbsent` takes it out again; what it does not know it lets pass.
 */
const grammarSchemaOf = (schema: unknown, whole: {root: Schema; parts: number}): GbnfJsonSchema => {
  const {root} = whole
  if (schema === null || typeof schema !== 'object' || ++whole.parts > maxParts) return anyValue
  const {$ref, type, properties, items, prefixItems, additionalProperties, format, allOf, ...rest} = schema as Schema
  const convert = (each: unknown): GbnfJsonSchema => grammarSchemaOf(each, whole)
  const choices = rest['oneOf'] ?? rest['anyOf']
  if (typeof $ref === 'string') return isRecursive($ref, root) ? anyValue : convert(referenced($ref, root))
  if (isScalar(rest['const']) && 'const' in rest) return {const: rest['const']}
  if (Array.isArray(rest['enum'])) return rest['enum'].every(isScalar) ? {enum: rest['enum']} : anyValue
  if (Array.isArray(choices)) return {oneOf: choices.map(convert)}
  if (Array.isArray(allOf)) return allOf.length === 1 ? convert(allOf[0]) : anyValue
  if (Array.isArray(type)) return {oneOf: type.map(one => convert({...schema, type: one}))}
  const bounded = Object.fromEntries(bounds.flatMap(name => boundOf(name, rest[name])))
  if (type === 'object' || (type === undefined && properties !== undefined)) {
    const known = Object.entries((properties ?? {}) as Schema)
    if (known.length === 0) return {type: 'object', additionalProperties: true}
    const required = requiredOf(schema as Schema)
    const written = known.map(([name, each]) => [
      name,
      {...(required.has(name) ? convert(each) : {oneOf: [convert(each), {type: 'null'}]}), ...describedBy(each)},
    ])
    return {type: 'object', properties: Object.fromEntries(written)}
  }
  if (type === 'array') {
    const first = Array.isArray(prefixItems) ? {prefixItems: prefixItems.map(convert)} : {}
    return {type, ...bounded, ...first, ...(items === undefined ? {} : {items: convert(items)})} as GbnfJsonSchema
  }
  if (type === 'string') {
    const known = formats.find(each => each === format)
    return (known ? {type, format: known} : {type, ...bounded}) as GbnfJsonSchema
  }
  if (type === 'number' || type === 'integer' || type === 'boolean' || type === 'null') return {type}
  return anyValue
}

/** Where the template has no tools, it is the library that tells the model of them, and of these. */
const describedBy = (schema: unknown): {description?: string} => {
  const {description} = (schema ?? {}) as Schema
  return typeof description === 'string' ? {description} : {}
}

const boundOf = (name: string, value: unknown): [string, number][] =>
  typeof value === 'number' && value <= maxRepetitions ? [[name, value]] : []

const isScalar = (value: unknown): value is string | number | boolean | null =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)

const requiredOf = ({required}: Schema): Set<unknown> => new Set(Array.isArray(required) ? required : [])

const isRecursive = (ref: string, root: Schema): boolean => {
  const reached = new Set([ref])
  for (const each of reached)
    for (const [, next = ''] of JSON.stringify(referenced(each, root) ?? null).matchAll(/"\$ref":"([^"]*)"/g)) {
      if (next === ref || next === '#') return true
      reached.add(next)
    }
  return ref === '#'
}

/** Arguments without the nulls that stand for what was left out. */
export const withoutAbsent = (value: unknown, schema: unknown, root: Schema): unknown => {
  if (schema === null || typeof schema !== 'object' || value === null || typeof value !== 'object') return value
  const {$ref, properties = {}, items} = schema as Schema
  if (typeof $ref === 'string') return withoutAbsent(value, referenced($ref, root), root)
  if (Array.isArray(value)) return value.map(each => withoutAbsent(each, items, root))
  const required = requiredOf(schema as Schema)
  const known = properties as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, each]) => each !== null || required.has(name) || !(name in known))
      .map(([name, each]) => [name, withoutAbsent(each, known[name], root)]),
  )
}
