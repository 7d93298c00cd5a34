import {exampleOf} from '@essence/core/llm/schema-example'
import {Ajv2020} from 'ajv/dist/2020.js'
import {expect, it} from 'vitest'
import {heldSchemas} from './schemas.ts'

const more: [string, Record<string, unknown>][] = [
  ['of numbers', {type: 'number', exclusiveMinimum: 2.5}],
  ['of numbers below nought', {type: 'integer', maximum: -3}],
  [
    'that contains itself',
    {type: 'object', properties: {next: {anyOf: [{$ref: '#'}, {type: 'null'}]}}, required: ['next']},
  ],
  ['of a long text', {type: 'string', minLength: 30}],
]

it.each([...heldSchemas, ...more])('an example fits a schema %s', (_what, schema) => {
  const example = exampleOf(schema)
  expect(new Ajv2020({strict: false, logger: false}).validate(schema, example), JSON.stringify(example)).toBe(true)
})

it('an example ends where a schema does not', () => {
  const kind = {type: 'object', properties: {a: {$ref: '#'}, b: {$ref: '#'}}, required: ['a', 'b']}
  const long = {type: 'array', minItems: 1e9, items: {type: 'string', minLength: 1e9}}
  for (const schema of [kind, long]) expect(JSON.stringify(exampleOf(schema)).length).toBeLessThan(5_000_000)
})
