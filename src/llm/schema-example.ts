type Schema = Record<string, unknown>

/** Deeper than this a schema only contains itself. */
const maxDepth = 32
/** Items and characters that are written because a schema wants so many: one that wants a million million is not met. */
const maxLeast = 10_000

/** A value that fits a JSON Schema, as far as its types, bounds and choices say; only what has to be there is. */
export const exampleOf = (schema: unknown, root: unknown = schema, depth = 0): unknown => {
  if (!isSchema(schema) || depth > maxDepth) return null
  const inside = (each: unknown) => exampleOf(each, root, depth + 1)
  const {$ref, enum: values, type = 'properties' in schema ? 'object' : undefined} = schema
  if (typeof $ref === 'string') return inside(resolved($ref, root))
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
    const count = Math.max(prefixItems.length, Math.min(Number(minItems), maxLeast))
    return Array.from({length: count}, (_, at) => inside(prefixItems[at] ?? items))
  }
  if (one === 'integer' || one === 'number') return numberOf(schema)
  if (one === 'boolean') return true
  return one === 'string' ? textOf(schema) : null
}

const isSchema = (value: unknown): value is Schema =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

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

const textOf = ({
  format,
  minLength = 0,
  maxLength = Infinity,
}: {
  format?: unknown
  minLength?: unknown
  maxLength?: unknown
}): string => {
  const text = formats[String(format)] ?? 'mock'
  return text.padEnd(Math.min(Number(minLength), maxLeast), '.').slice(0, Number(maxLength))
}

/** What `#/$defs/NAME` names. */
const resolved = (ref: string, root: unknown): unknown =>
  ref === '#'
    ? root
    : ref
        .slice(2)
        .split('/')
        .reduce((value: unknown, name) => (isSchema(value) ? value[name] : undefined), root)
