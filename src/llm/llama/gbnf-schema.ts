import type {GbnfJsonSchema} from 'node-llama-cpp'

export type Schema = Record<string, unknown>

/** What a schema of arguments and one of an answer are made differently in. */
export interface GrammarRules {
  /** Called with what the grammar lets pass although the schema does not: a keyword, and where it stands. May throw. */
  unheld(keyword: string, path: string): void
  /** A property that may be absent, for a grammar that has every property written. */
  optional(schema: GbnfJsonSchema): GbnfJsonSchema
}

interface Place {
  rules: GrammarRules
  root: unknown
  path: string
  /** Parts of the grammar so far. */
  parts: {count: number}
}

const anyValue = {
  oneOf: [
    {type: ['string', 'number', 'boolean', 'null']},
    {type: 'array'},
    {type: 'object', additionalProperties: true},
  ],
} as const satisfies GbnfJsonSchema

/** Larger ones, as references in references can make them, would hold up the process. */
const maxParts = 5000
/** A grammar spells every repetition out, and every number of a range. */
const maxRepetitions = 200
const bounds = ['minLength', 'maxLength', 'minItems', 'maxItems'] as const
const formats = ['date-time', 'time', 'date']

/** What keywords ask, by the type they ask it of; all others say nothing of a value. */
const keywords: Record<'any' | 'object' | 'array' | 'string' | 'number', readonly string[]> = {
  any: ['$ref', '$dynamicRef', 'const', 'enum', 'anyOf', 'oneOf', 'allOf', 'not', 'if'],
  object: [
    ...['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties', 'patternProperties'],
    ...['propertyNames', 'dependentRequired', 'dependentSchemas', 'dependencies'],
  ],
  array: ['items', 'prefixItems', 'additionalItems', 'minItems', 'maxItems', 'uniqueItems', 'contains'],
  string: ['minLength', 'maxLength', 'pattern'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
}
const ofEach: Record<string, readonly string[]> = {...keywords, integer: keywords.number}

/** A part of the grammar, and the keywords it holds the model to. */
type Converted = [part: GbnfJsonSchema, ...holds: string[]]

/** What the library's grammar knows of a JSON Schema; what it does not know is told to the rules, and lets anything pass. */
export const gbnfSchemaOf = (schema: unknown, rules: GrammarRules): GbnfJsonSchema =>
  convert(schema, {rules, root: schema, path: '', parts: {count: 0}})

const convert = (schema: unknown, place: Place): GbnfJsonSchema => {
  const {rules, path, parts} = place
  if (++parts.count > maxParts) {
    rules.unheld(`more than ${maxParts} parts`, path)
    return anyValue
  }
  if (schema === false) rules.unheld('false', path)
  if (!isSchema(schema)) return anyValue
  const {type} = schema
  if (Array.isArray(type) && !('enum' in schema) && !('const' in schema))
    return {oneOf: type.map(one => convert({...schema, type: one}, place))}
  const converted: Converted = ofAny(schema, place) ?? ofType(schema, place) ?? [anyValue]
  const [part, ...holds] = converted
  const asked = typeof type === 'string' ? [...keywords.any, ...(ofEach[type] ?? [])] : all
  for (const keyword of asked) if (keyword in schema && !holds.includes(keyword)) rules.unheld(keyword, path)
  return part
}

const all = Object.values(keywords).flat()

const isSchema = (value: unknown): value is Schema =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const ofAny = (schema: Schema, place: Place): Converted | undefined => {
  const {$ref, enum: values, allOf} = schema
  if (typeof $ref === 'string') {
    const target = resolved($ref, place.root)
    if (target === undefined || isRecursive($ref, place.root)) return [anyValue]
    return [convert(target, place), '$ref']
  }
  if ('const' in schema) return isScalar(schema['const']) ? [{const: schema['const']}, 'const'] : [anyValue]
  if (Array.isArray(values)) return values.every(isScalar) ? [{enum: values}, 'enum'] : [anyValue]
  for (const name of ['oneOf', 'anyOf'])
    if (Array.isArray(schema[name])) return [{oneOf: schema[name].map(each => convert(each, place))}, name]
  if (Array.isArray(allOf)) return allOf.length === 1 ? [convert(allOf[0], place), 'allOf'] : [anyValue]
  return undefined
}

const ofType = (schema: Schema, place: Place): Converted | undefined => {
  const {type, format} = schema
  if (type === 'object' || (type === undefined && 'properties' in schema)) return ofObject(schema, place)
  if (type === 'array') return ofArray(schema, place)
  if (type === 'string') {
    const known = formats.find(each => each === format)
    const [lengths, ...holds] = boundsOf(schema)
    return known ? [{type, format: known} as GbnfJsonSchema] : [{type, ...lengths}, ...holds]
  }
  if (type === 'integer') return ofInteger(schema)
  if (type === 'number' || type === 'boolean' || type === 'null') return [{type}]
  return undefined
}

const ofObject = (schema: Schema, place: Place): Converted => {
  const {additionalProperties: others = true} = schema
  const known = Object.entries((schema['properties'] ?? {}) as Schema)
  const required = requiredOf(schema)
  const inside = (each: unknown, name: string) => convert(each, {...place, path: `${place.path}.${name}`})
  const holds = ['properties', 'additionalProperties']
  if ([...required].every(name => known.some(([each]) => each === name))) holds.push('required')
  if (known.length === 0 && others !== false)
    return [{type: 'object', additionalProperties: others === true || inside(others, '*')}, ...holds]
  const written = known.map(([name, each]) => {
    const part = inside(each, name)
    return [name, required.has(name) ? part : place.rules.optional(part)]
  })
  return [{type: 'object', properties: Object.fromEntries(written)}, ...holds]
}

const ofArray = (schema: Schema, place: Place): Converted => {
  const {items, prefixItems} = schema
  const [lengths, ...holds] = boundsOf(schema)
  const inside = (each: unknown) => convert(each, {...place, path: `${place.path}[]`})
  const first = Array.isArray(prefixItems) ? prefixItems.map(inside) : undefined
  if (first) holds.push('prefixItems')
  // A list of schemas is how older dialects say prefixItems.
  if (isSchema(items) || items === true) holds.push('items')
  const part = {
    ...{type: 'array', ...lengths},
    ...(first && {prefixItems: first}),
    ...(isSchema(items) && {items: inside(items)}),
  }
  return [part as GbnfJsonSchema, ...holds]
}

/** A short range is every number of it; bounds that no number reaches are none. */
const ofInteger = ({minimum, maximum, exclusiveMinimum, exclusiveMaximum}: Schema): Converted => {
  const least = Math.max(numberOr(minimum, -Infinity), numberOr(exclusiveMinimum, -Infinity) + 1)
  const most = Math.min(numberOr(maximum, Infinity), numberOr(exclusiveMaximum, Infinity) - 1)
  const [low, count] = [Math.ceil(least), Math.floor(most) - Math.ceil(least) + 1]
  if (count >= 1 && count <= maxRepetitions)
    return [{enum: Array.from({length: count}, (_, at) => low + at)}, ...keywords.number.slice(0, 4)]
  const unreached = [
    ...(least <= Number.MIN_SAFE_INTEGER ? ['minimum', 'exclusiveMinimum'] : []),
    ...(most >= Number.MAX_SAFE_INTEGER ? ['maximum', 'exclusiveMaximum'] : []),
  ]
  return [{type: 'integer'}, ...unreached]
}

const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise)

const boundsOf = (schema: Schema): [Record<string, number>, ...string[]] => {
  const small = bounds.flatMap((name): [string, number][] => {
    const value = schema[name]
    return typeof value === 'number' && value <= maxRepetitions ? [[name, value]] : []
  })
  return [Object.fromEntries(small), ...small.map(([name]) => name)]
}

const isScalar = (value: unknown): value is string | number | boolean | null =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)

export const requiredOf = ({required}: Schema): Set<unknown> => new Set(Array.isArray(required) ? required : [])

/** What `#/$defs/NAME` names; undefined where it is nothing of the schema itself. */
export const resolved = (ref: string, root: unknown): unknown => {
  if (!ref.startsWith('#/')) return undefined
  const step = (value: unknown, name: string): unknown =>
    isSchema(value) ? value[name.replaceAll('~1', '/')] : undefined
  return ref.slice(2).split('/').reduce(step, root)
}

/** Whether what a reference names refers to it again. */
const isRecursive = (ref: string, root: unknown): boolean => {
  const reached = new Set([ref])
  for (const each of reached)
    for (const [, next = ''] of JSON.stringify(resolved(each, root) ?? null).matchAll(/"\$ref":"([^"]*)"/g)) {
      if (next === ref || next === '#') return true
      reached.add(next)
    }
  return false
}
