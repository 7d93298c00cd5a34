import {isSchema, referenced, type Schema} from './json-schema.ts'

/** Beyond it a schema contains itself, or contains others over and over. */
const maxParts = 300
/** Of a text, in characters. */
const maxLength = 10_000

/** A value that fits a JSON Schema, as far as its types, bounds and choices say; only what has to be there is. */
export const exampleOf = (schema: unknown): unknown => partOf(schema, {root: schema, parts: 0})

const partOf = (schema: unknown, whole: {root: unknown; parts: number}): unknown => {
  if (!isSchema(schema) || ++whole.parts > maxParts) return null
  const inside = (each: unknown) => partOf(each, whole)
  const {$ref, enum: values, type = 'properties' in schema ? 'object' : undefined} = schema
  if (typeof $ref === 'string') return inside(referenced($ref, whole.root))
  if ('const' in schema) return schema['const']
  if (Array.isArray(values)) return values[0]
  const choices = schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf']
  // What ends soonest, where a choice contains the whole.
  if (Array.isArray(choices)) return inside(choices.toSorted((a, b) => sizeOf(a) - sizeOf(b))[0])
  const [one] = Array.isArray(type) ? type : [type]
  if (one === 'object') {
    const properties = (schema['properties'] ?? {}) as Schema
    const required: string[] = Array.isArray(schema['required']) ? schema['required'] : []
    return Object.fromEntries(required.map(name => [name, inside(properties[name] ?? true)]))
  }
  if (one === 'array') {
    const {
      prefixItems = [],
      minItems = 0,
      items,
    } = schema as {prefixItems?: unknown[]; minItems?: number; items?: unknown}
    const count = Math.min(maxParts, Math.max(prefixItems.length, minItems))
    return Array.from({length: count}, (_, at) => inside(prefixItems[at] ?? items))
  }
  if (one === 'integer' || one === 'number') return numberOf(schema)
  if (one === 'boolean') return true
  return one === 'string' ? textOf(schema) : null
}

const sizeOf = (schema: unknown): number =>
  JSON.stringify(schema).length + (JSON.stringify(schema).includes('$ref') ? 1e6 : 0)

const numberOf = ({minimum, maximum, exclusiveMinimum, exclusiveMaximum}: Schema): number => {
  if (typeof exclusiveMinimum === 'number') return exclusiveMinimum + 1
  if (typeof minimum === 'number') return Math.ceil(minimum)
  if (typeof exclusiveMaximum === 'number') return Math.min(0, exclusiveMaximum - 1)
  return Math.min(0, typeof maximum === 'number' ? Math.floor(maximum) : 0)
}

const formats: Record<string, string> = {
  'date-time': '2026-01-31T12:00:00Z',
  ...{date: '2026-01-31', time: '12:00:00Z', email: 'june@example.org', uri: 'https://example.org/'},
  uuid: '00000000-0000-4000-8000-000000000000',
}

const textOf = ({format, minLength: least = 0, maxLength: most = maxLength}: Schema): string =>
  (formats[String(format)] ?? 'mock').padEnd(Math.min(Number(least), maxLength), '.').slice(0, Number(most))
