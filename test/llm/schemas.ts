/** Schemas an answer is held to in full, in the ways people write them; each short enough for a model that knows nothing. */
export const heldSchemas: [string, Record<string, unknown>][] = [
  [
    'of every type',
    objectOf({a: {type: 'boolean'}, b: {type: 'null'}, c: {type: 'string', minLength: 1, maxLength: 3}}),
  ],
  ['of a range', objectOf({n: {type: 'integer', minimum: -2, exclusiveMaximum: 3}})],
  ['of integers as zod writes them', objectOf({n: {type: 'integer', minimum: -(2 ** 53) + 1, maximum: 2 ** 53 - 1}})],
  ['of positive integers', objectOf({n: {type: 'integer', exclusiveMinimum: 0}, m: {type: 'integer', minimum: 17}})],
  ['of wide ranges', objectOf({n: {type: 'integer', minimum: -1005, maximum: 21_970}})],
  ['of numbers', objectOf({n: {type: 'number'}, m: {type: 'number', minimum: 0}})],
  ['of choices', objectOf({a: {enum: ['x', 1, null, true]}, b: {const: {y: ['"']}}, c: {type: ['boolean', 'null']}})],
  ['of lists', objectOf({a: {type: 'array', items: {enum: [1, 2]}, minItems: 1, maxItems: 3}})],
  ['of a tuple', objectOf({a: {type: 'array', prefixItems: [{const: 1}, {type: 'boolean'}], items: false}})],
  ['of a list that begins so', {type: 'array', prefixItems: [{const: 1}], items: {const: 2}, minItems: 2, maxItems: 3}],
  ['of dates', objectOf({a: {type: 'string', format: 'date'}, b: {type: 'string', format: 'date-time'}})],
  ['within one another', objectOf({a: objectOf({b: objectOf({c: {enum: ['deep']}})})})],
  [
    'that refer to others',
    {...objectOf({a: {$ref: '#/$defs/kind'}, b: {$ref: '#/definitions/kind'}}), ...definitions({enum: ['x', 'y']})},
  ],
  ['that contains itself', {type: 'object', properties: {v: {enum: [1]}, next: {$ref: '#'}}, required: ['v']}],
  ['of two kinds', {anyOf: [objectOf({kind: {const: 'a'}, n: {enum: [1]}}), objectOf({kind: {const: 'b'}})]}],
  [
    'of what may be absent',
    {type: 'object', properties: {a: {const: 1}, b: {const: 2}, c: {const: 3}, d: {const: 4}}, required: ['c']},
  ],
  ['of a map', {type: 'object', properties: {}, additionalProperties: {enum: [1, 2]}}],
  ['of no properties', {type: 'object', properties: {}, additionalProperties: false}],
  ['with notes', {$schema: 'https://json-schema.org/draft/2020-12/schema', title: 'T', description: 'D', enum: ['x']}],
  ['of a list of one', {type: 'array', items: {const: 1}, maxItems: 1}],
  ['of an empty list', {type: 'array', items: {const: 1}, maxItems: 0}],
  ['of a list alone', {type: 'array', items: {type: 'boolean'}, maxItems: 2}],
  ['of names that need care', objectOf({'a "b"\\ é\n': {const: '\u2028 "x" \\ ü\n'}})],
]

/** Schemas that no grammar here holds an answer to, each with what it is about. */
export const unheldSchemas: [string, Record<string, unknown>][] = [
  ['"pattern" at .a', objectOf({a: {type: 'string', pattern: '^x'}})],
  ['"minimum" at .a', objectOf({a: {type: 'number', minimum: 2}})],
  ['"multipleOf" at .a', objectOf({a: {type: 'integer', multipleOf: 2}})],
  ['"maximum" at .a[]', objectOf({a: {type: 'array', items: {type: 'number', maximum: 9}}})],
  ['"uniqueItems"', {type: 'array', uniqueItems: true}],
  ['"not"', {not: {type: 'string'}}],
  ['"if"', {if: {}, type: 'string'}],
  ['"allOf"', {allOf: [{type: 'object'}, {required: ['a']}]}],
  ['"required"', {type: 'object', required: ['a']}],
  ['"maxLength" at .a', objectOf({a: {type: 'string', maxLength: 100_000}})],
  ['"minItems" at .a', objectOf({a: {type: 'array', minItems: 100_000}})],
  ['"patternProperties"', {type: 'object', patternProperties: {a: {type: 'string'}}}],
  ['"properties"', {anyOf: [{type: 'object'}], properties: {a: {type: 'string'}}}],
  ['"false" at .a', objectOf({a: false})],
  ['"items"', {type: 'array', items: [{type: 'string'}]}],
  ['"$ref" at .a', objectOf({a: {$ref: 'https://example.org/schema'}})],
  ['"$ref" at .a', objectOf({a: {$ref: '#/properties/nothing'}})],
  ['"$ref"', {$ref: '#'}],
  [
    '"$ref"',
    {anyOf: [{type: 'null'}, {$ref: '#/$defs/a'}], $defs: {a: {$ref: '#/$defs/b'}, b: {anyOf: [{$ref: '#/$defs/a'}]}}},
  ],
]

function objectOf(properties: Record<string, unknown>) {
  return {type: 'object', properties, required: Object.keys(properties), additionalProperties: false}
}

function definitions(kind: object) {
  return {$defs: {kind}, definitions: {kind}}
}

/** Lists of lists. */
export const nestedSchema = (depth: number): Record<string, unknown> =>
  Array.from({length: depth}).reduce<Record<string, unknown>>(items => ({type: 'array', items}), {type: 'null'})

/** Choices of choices, each for two types. */
export const choosingSchema = (depth: number): Record<string, unknown> =>
  depth === 0 ? {} : {type: ['string', 'null'], anyOf: [choosingSchema(depth - 1)]}

/** Each refers to the next one twice: written out, it has 2 ** depth parts. */
export const doublingSchema = (depth: number): Record<string, unknown> => {
  const twice = (at: number) => ({
    anyOf: [{type: 'null'}, objectOf({a: {$ref: `#/$defs/d${at}`}, b: {$ref: `#/$defs/d${at}`}})],
  })
  const defs = Array.from({length: depth}, (_, at) => [`d${at}`, at + 1 < depth ? twice(at + 1) : {type: 'null'}])
  return {...objectOf({a: {$ref: '#/$defs/d0'}}), $defs: Object.fromEntries(defs)}
}
