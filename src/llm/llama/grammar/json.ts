import {EssenceError} from '../../../kit/errors.ts'
import {isSchema, referenced, type Schema} from '../../json-schema.ts'
import {integerRange} from './integer-range.ts'

/** What a grammar is written with. */
interface Writer {
  /** The schema as a whole, which references go into. */
  root: unknown
  /** Rules by their name. */
  rules: Map<string, string>
  /** The rule of each reference, and where that was met first. */
  references: Map<string, {name: string; path: string}>
  /** Parts of the schema so far. */
  parts: number
}

/** A part of the grammar, and the keywords it holds the model to. */
type Written = [expression: string, ...holds: string[]]

/** Rules of JSON itself. White space is bounded, so that a model cannot write it for ever; numbers are such that a double has them. */
const json = {
  ws: '| " " | "\\n" [ \\t]{0,24}',
  value: 'object | array | string | number | "true" | "false" | "null"',
  object: '"{" ws (pair ("," ws pair)*)? ws "}"',
  pair: 'string ":" ws value',
  array: '"[" ws (value ("," ws value)*)? ws "]"',
  string: '"\\"" char* "\\""',
  // Without halves of characters.
  char: '[^"\\\\\\x7F\\x00-\\x1F] | "\\\\" (["\\\\/bfnrt] | "u" ([0-9a-cA-CeEfF] [0-9a-fA-F] | [dD] [0-7]) [0-9a-fA-F]{2})',
  positive: '("0" | [1-9] [0-9]{0,14}) ("." [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})?',
  number: '"-"? positive',
  day: '"0" [1-9] | "1" [0-9] | "2" [0-8]',
  monthDay:
    '("0" [1-9] | "1" [0-2]) "-" day | ("0" [13-9] | "1" [0-2]) "-" ("29" | "30") | ("0" [13578] | "1" [02]) "-31"',
  date: '[0-9]{4} "-" monthDay',
  time: '([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] ("Z" | [-+] ("0" [0-9] | "1" [0-3]) ":" [0-5] [0-9])',
}

/** Choices within choices can be written out to more than any process bears. */
const maxParts = 5000
/** A grammar spells every repetition out. */
const maxRepetitions = 1000

/** What keywords ask, by the type they ask it of; all others, `format` among them, ask nothing. */
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
const all = Object.values(keywords).flat()

/**
 * The grammar, in GBNF, of the JSON texts that fit a schema. Of an object it knows the properties that are named, in their order.
 * @throws USAGE (what the schema asks cannot be said in a grammar)
 */
export const jsonGrammar = (schema: unknown): string => {
  const writer: Writer = {root: schema, rules: new Map(Object.entries(json)), references: new Map(), parts: 0}
  writer.rules.set('root', write(schema, '', writer))
  return [...writer.rules].map(([name, body]) => `${name} ::= ${body}`).join('\n')
}

const write = (schema: unknown, path: string, writer: Writer): string => {
  if (schema === false) throw unheld('false', path)
  if (++writer.parts > maxParts) throw unheld(`more than ${maxParts} parts`, path)
  if (!isSchema(schema)) return 'value'
  const {type} = schema
  if (Array.isArray(type) && !('enum' in schema) && !('const' in schema))
    return group(type.map(one => write({...schema, type: one}, path, writer)))
  const written: Written = ofAny(schema, path, writer) ?? ofType(schema, path, writer) ?? ['value']
  const [expression, ...holds] = written
  const asked = typeof type === 'string' ? [...keywords.any, ...(ofEach[type] ?? [])] : all
  const missed = asked.find(keyword => keyword in schema && !holds.includes(keyword))
  if (missed !== undefined) throw unheld(missed, path)
  return expression
}

const ofAny = (schema: Schema, path: string, writer: Writer): Written | undefined => {
  const {$ref, enum: values, allOf} = schema
  if (typeof $ref === 'string') return referenceTo($ref, path, writer)
  if ('const' in schema) return [literal(schema['const']), 'const']
  if (Array.isArray(values)) return [group(values.map(literal)), 'enum']
  for (const name of ['oneOf', 'anyOf'])
    if (Array.isArray(schema[name])) return [group(schema[name].map(each => write(each, path, writer))), name]
  if (Array.isArray(allOf) && allOf.length === 1) return [write(allOf[0], path, writer), 'allOf']
  return undefined
}

const ofType = (schema: Schema, path: string, writer: Writer): Written | undefined => {
  const {type} = schema
  if (type === 'object' || (type === undefined && 'properties' in schema)) return ofObject(schema, path, writer)
  if (type === 'array') return ofArray(schema, path, writer)
  if (type === 'string') return ofString(schema)
  if (type === 'integer') return ofInteger(schema)
  if (type === 'number') return schema['minimum'] === 0 ? ['positive', 'minimum'] : ['number']
  if (type === 'boolean') return ['("true" | "false")']
  return type === 'null' ? ['"null"'] : undefined
}

/** One rule for each reference, so that what contains itself can be written. */
const referenceTo = (ref: string, path: string, writer: Writer): Written => {
  const known = writer.references.get(ref)
  // One that leads to itself without a step says nothing, and no grammar can be read so.
  const isEmpty = known?.path === path && !writer.rules.has(known.name)
  const target = referenced(ref, writer.root)
  if (isEmpty || target === undefined) throw unheld('$ref', path)
  if (known) return [known.name, '$ref']
  const name = `ref${writer.references.size}`
  writer.references.set(ref, {name, path})
  writer.rules.set(name, write(target, path, writer))
  return [name, '$ref']
}

const ofObject = (schema: Schema, path: string, writer: Writer): Written => {
  const {additionalProperties: others = true, required} = schema
  const known = Object.entries((schema['properties'] ?? {}) as Schema)
  const needed = new Set<unknown>(Array.isArray(required) ? required : [])
  const holds = ['properties', 'additionalProperties']
  if ([...needed].every(name => known.some(([each]) => each === name))) holds.push('required')
  if (known.length === 0 && others !== false) {
    const pair = rule(`string ":" ws ${write(others, `${path}.*`, writer)}`, writer)
    return [`"{" ws (${pair} ("," ws ${pair})*)? ws "}"`, ...holds]
  }
  // From the last on: what may follow where a property was written, and where none was.
  let [after, first] = ['', '']
  for (const [name, each] of known.toReversed()) {
    const pair = `${literal(name)} ":" ws ${write(each, `${path}.${name}`, writer)}`
    const [next, begun] = [after, first]
    const isNeeded = needed.has(name)
    after = rule(`${isNeeded ? `"," ws ${pair}` : `("," ws ${pair})?`} ${next}`, writer)
    first = rule(isNeeded ? `${pair} ${next}` : `${begun} | ${pair} ${next}`, writer)
  }
  return [`"{" ws ${first} ws "}"`, ...holds]
}

const ofArray = (schema: Schema, path: string, writer: Writer): Written => {
  const {items = true, prefixItems = []} = schema
  // A list of schemas is how older dialects say prefixItems.
  if (Array.isArray(items) || !Array.isArray(prefixItems)) throw unheld('items', path)
  const {least, most, holds} = boundsOf(schema, 'Items')
  const first = prefixItems.map((each, at) => write(each, `${path}[${at}]`, writer))
  const isClosed = items === false || most === first.length
  if (isClosed && least > first.length) throw unheld('minItems', path)
  if (most < first.length) throw unheld('maxItems', path)
  const other = isClosed ? '' : rule(write(items, `${path}[]`, writer), writer)
  const inside = isClosed ? first.join(comma) : list(first, other, least, most)
  return [`"[" ws ${inside} ws "]"`, 'items', 'prefixItems', ...holds]
}

const comma = ' "," ws '

/** Items, and others after them. */
const list = (first: readonly string[], other: string, least: number, most: number): string => {
  const begin = first.length > 0 ? first.join(comma) : other
  const begun = Math.max(1, first.length)
  const whole = `${begin} ${repeated(comma + other, Math.max(0, least - begun), most - begun)}`
  return first.length > 0 || least > 0 ? whole : `(${whole})?`
}

const ofString = (schema: Schema): Written => {
  const {format} = schema
  if (format === 'date' || format === 'time') return [`"\\"" ${format} "\\""`]
  if (format === 'date-time') return ['"\\"" date "T" time "\\""']
  const {least, most, holds} = boundsOf(schema, 'Length')
  return [`"\\"" ${repeated('char', least, most)} "\\""`, ...holds]
}

const ofInteger = ({minimum, maximum, exclusiveMinimum, exclusiveMaximum}: Schema): Written => {
  const least = Math.max(numberOr(minimum, -Infinity), numberOr(exclusiveMinimum, -Infinity) + 1)
  const most = Math.min(numberOr(maximum, Infinity), numberOr(exclusiveMaximum, Infinity) - 1)
  return [integerRange(Math.ceil(least), Math.floor(most)), ...keywords.number.filter(each => each !== 'multipleOf')]
}

const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise)

const boundsOf = (schema: Schema, of: 'Items' | 'Length') => {
  const [least, most] = [numberOr(schema[`min${of}`], 0), numberOr(schema[`max${of}`], Infinity)]
  const holds = [
    ...(least <= maxRepetitions ? [`min${of}`] : []),
    ...(most <= maxRepetitions && most >= least ? [`max${of}`] : []),
  ]
  return {least, most, holds}
}

const repeated = (expression: string, least: number, most: number): string =>
  `(${expression}){${least},${most > maxRepetitions ? '' : Math.max(least, most)}}`

const rule = (body: string, {rules}: Writer): string => {
  const name = `part${rules.size}`
  rules.set(name, body)
  return name
}

const group = (choices: readonly string[]): string => `(${choices.join(' | ')})`

/** The text of a value; a grammar escapes quotes and backslashes as JSON does. */
const literal = (value: unknown): string => JSON.stringify(JSON.stringify(value))

const unheld = (keyword: string, path: string): EssenceError =>
  new EssenceError(
    'USAGE',
    `The answer cannot be held to its schema: no grammar here says "${keyword}"${path === '' ? '' : ` at ${path}`}.`,
    {suggestions: ['Leave that out of the schema, and check the answer for it.']},
  )
