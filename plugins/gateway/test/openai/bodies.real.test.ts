import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {openClient} from './client.ts'

/** Anything a JSON body can hold where something else was expected, mostly near what was expected. */
const odd = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double({noNaN: true}),
  fc.string(),
  fc.array(fc.jsonValue({maxDepth: 1}), {maxLength: 2}),
  fc.jsonValue({maxDepth: 2}),
)

const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({weight: 5, arbitrary}, {weight: 1, arbitrary: odd})

const record = (shape: Record<string, fc.Arbitrary<unknown>>) => fc.record(shape, {requiredKeys: []})

const words = fc.oneof(fc.constantFrom('', ' ', 'hello', '\u0000', 'x'.repeat(5000)), fc.string({unit: 'binary'}))
const parts = fc.array(
  record({type: some(fc.constantFrom('text', 'input_text', 'output_text', 'image_url')), text: some(words)}),
  {maxLength: 3},
)
const content = some(fc.oneof(words, parts))
const call = record({
  id: some(fc.constantFrom('a', 'b')),
  type: fc.constant('function'),
  function: record({name: some(fc.constantFrom('f', 'no name')), arguments: some(words)}),
})
const schema = some(
  fc.constantFrom(
    {type: 'object', properties: {a: {type: 'integer'}}, required: ['a']},
    ...[{}, {type: 'array', items: {$ref: '#'}}, {$ref: '#/no/where'}, {type: 'nothing'}, {enum: []}, {anyOf: []}],
    ...[
      {type: 'string', minLength: 1e12},
      {type: 'array', items: {}, minItems: 1e12},
      {required: 5, properties: 5},
    ],
  ),
)
const tool = record({
  type: some(fc.constantFrom('function', 'web_search')),
  name: fc.constantFrom('f', 'g'),
  parameters: schema,
  function: record({name: some(fc.constantFrom('f', 'g', '')), parameters: schema}),
})
const choice = some(
  fc.constantFrom('auto', 'none', 'required', {type: 'function', name: 'f'}, {type: 'function', function: {name: 'f'}}),
)
const number = some(fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 0.5, 1e300, 2 ** 40)))

/** A body that is right, but for up to three of its properties, which may be anything near. */
const nearly = (right: object, shape: Record<string, fc.Arbitrary<unknown>>) =>
  fc
    .subarray(Object.entries(shape), {maxLength: 3})
    .chain(changed => fc.record(Object.fromEntries(changed)))
    .map(change => ({...right, ...change}))

const common = {
  model: some(fc.constantFrom('mock', 'june', 'mock', 'mock-embedding')),
  ...{temperature: number, top_p: number, top_k: number, seed: number, parallel_tool_calls: some(fc.boolean())},
  ...{tools: some(fc.array(tool, {maxLength: 2})), tool_choice: choice, stream: some(fc.boolean())},
  ...{user: some(words), metadata: odd, store: some(fc.boolean()), unknown: odd},
}

const bodies: Record<string, fc.Arbitrary<unknown>> = {
  '/chat/completions': nearly(
    {model: 'mock', messages: [{role: 'user', content: 'hello'}]},
    {
      ...common,
      messages: some(
        fc.array(
          record({
            role: some(fc.constantFrom('user', 'user', 'assistant', 'system', 'developer', 'tool')),
            ...{
              content,
              tool_calls: some(fc.array(call, {maxLength: 2})),
              tool_call_id: some(fc.constantFrom('a', 'b')),
            },
          }),
          {maxLength: 4},
        ),
      ),
      ...{max_tokens: number, n: number, stop: content, reasoning_effort: some(fc.constantFrom('none', 'high'))},
      response_format: some(
        record({
          type: fc.constantFrom('text', 'json_object', 'json_schema'),
          json_schema: record({name: words, schema}),
        }),
      ),
      stream_options: some(record({include_usage: some(fc.boolean())})),
    },
  ),
  '/responses': nearly(
    {model: 'mock', input: 'hello'},
    {
      ...common,
      input: some(
        fc.oneof(
          words,
          fc.array(
            record({
              type: some(fc.constantFrom('message', 'function_call', 'function_call_output', 'reasoning')),
              role: some(fc.constantFrom('user', 'assistant')),
              ...{content, call_id: some(fc.constantFrom('a', 'b')), name: some(words), arguments: some(words)},
              output: content,
            }),
            {maxLength: 4},
          ),
        ),
      ),
      ...{instructions: some(words), max_output_tokens: number, previous_response_id: some(words)},
      ...{text: some(record({format: some(record({type: fc.constant('json_schema'), name: words, schema}))}))},
      ...{reasoning: some(record({effort: some(fc.constantFrom('low', 'max'))})), background: some(fc.boolean())},
    },
  ),
  '/embeddings': nearly(
    {model: 'mock-embedding', input: 'hello'},
    {
      model: some(fc.constantFrom('mock-embedding', 'mock')),
      input: some(fc.oneof(words, fc.array(some(words), {maxLength: 4}), fc.array(fc.nat(), {maxLength: 3}))),
      ...{encoding_format: some(fc.constantFrom('float', 'base64')), dimensions: number, input_type: odd},
    },
  ),
}

describe('whatever a body holds', () => {
  it.each(Object.entries(bodies))('%s answers, or says what is wrong with it', async (path, body) => {
    await using opened = await openClient()
    const statuses = new Map<number, number>()
    await fc.assert(
      fc.asyncProperty(body, async given => {
        const text = JSON.stringify(given)
        const response = await fetch(`${opened.gateway.address}/v1${path}`, {
          method: 'POST',
          headers: {'content-type': 'application/json'},
          body: text,
        })
        const answer = await response.text()
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
        expect([text, response.status]).toEqual([text, expect.toSatisfy(status => status < 500)])
        if (response.status === 200) expect(answer).not.toContain('"server_error"')
        else expect(JSON.parse(answer)).toMatchObject({error: {message: expect.any(String), type: expect.any(String)}})
      }),
      {numRuns: 1500},
    )
    // Not all of it is refused at the door.
    expect(statuses.get(200)).toBeGreaterThan(100)
    expect(statuses.get(400)).toBeGreaterThan(100)
  })

  it.each(['', '{', 'null', '[]', '"a"', '{"model":', '\u0000'])('also where it is no JSON object: %j', async text => {
    await using opened = await openClient()
    for (const path of Object.keys(bodies)) {
      const response = await fetch(`${opened.gateway.address}/v1${path}`, {
        method: 'POST',
        headers: {'content-type': 'application/json'},
        body: text,
      })
      expect([path, response.status]).toEqual([path, 400])
      expect(await response.json()).toMatchObject({error: {type: 'invalid_request_error'}})
    }
  })
})
