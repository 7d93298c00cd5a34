// Tools of llama.cpp: as the template has them, or described in words where it has none.
import type {ChatMessage, ToolCall, ToolDefinition} from '@essence/core/llm/port'
import {afterAll, afterEach, describe, expect, it} from 'vitest'
import {collected} from '../../collected.ts'
import {answerOf, callsOf, endOf, say, weatherTool} from '../conformance.ts'
import {doublingSchema} from '../schemas.ts'
import {modelFolder} from './test-model.ts'
import {type ScriptToken, toolTemplate} from './tiny-gguf.ts'

const models = modelFolder()
afterEach(() => models.closeModels())
afterAll(() => models.close())

const end = '<|im_end|>'
/** The marks of a call are the template's; between them the grammar leaves the script little choice. */
const calling = (after: ScriptToken): ScriptToken[] => [
  '\n',
  '<tool_call>\n{"name": "',
  'weather',
  ...[' ', '{"place": "Oslo", "days": null}', '\n\n\n\n'],
  ...['>', after],
]
const options = {tools: [weatherTool], temperature: 0, conversation: 'a'}
const answered = (call: ToolCall, content: string): ChatMessage[] => [
  ...say('Will it rain?'),
  {role: 'assistant', content: '', toolCalls: [call]},
  {role: 'tool', content, toolCallId: call.id, name: call.name},
]

describe('a call', () => {
  it('comes apart from the answer, with the arguments that were given, and ends the turn', async () => {
    const model = await models.tiny({script: calling(end), template: toolTemplate}, {contextTokens: 2048})
    const deltas = await collected(model.chat(say('Will it rain?'), options))
    expect(callsOf(deltas)).toEqual([{id: expect.stringMatching(/./), name: 'weather', arguments: '{"place":"Oslo"}'}])
    expect(answerOf(deltas)).toBe('')
    expect(endOf(deltas).finish).toBe('toolCalls')
  })

  it('may be one of several, each with an id of its own', async () => {
    const model = await models.tiny({script: calling('\n'), template: toolTemplate}, {contextTokens: 2048})
    const deltas = await collected(model.chat(say('Will it rain?'), {...options, maxTokens: 100}))
    const calls = callsOf(deltas)
    expect(calls.length).toBeGreaterThan(1)
    expect(new Set(calls.map(({id}) => id)).size).toBe(calls.length)
    expect(endOf(deltas).finish).toBe('length')
  })

  it('is rendered as it was written, so that its result is all that is new', async () => {
    const model = await models.tiny({script: calling(end), template: toolTemplate}, {contextTokens: 2048})
    const deltas = await collected(model.chat(say('Will it rain?'), options))
    const [call] = callsOf(deltas)
    if (!call) throw new Error('There was no call.')
    const {usage} = endOf(await collected(model.chat(answered(call, 'Rain.'), options)))
    // A byte is a token here. The call itself is 70 of them.
    expect(usage.cachedTokens).toBeGreaterThan(endOf(deltas).usage.promptTokens + 60)
    expect(usage.promptTokens - usage.cachedTokens).toBeLessThan('\n<tool_response>\n""\n</tool_response>'.length + 60)
  })

  it('is offered once for all conversations', async () => {
    const model = await models.tiny({script: calling(end), template: toolTemplate}, {contextTokens: 2048})
    const opening: ChatMessage[] = [{role: 'system', content: 'You are June.'}]
    await model.prepare({messages: opening, tools: [weatherTool]})
    for (const conversation of ['a', 'b']) {
      const deltas = await collected(model.chat([...opening, ...say('Hi.')], {...options, conversation}))
      const {promptTokens, cachedTokens} = endOf(deltas).usage
      expect(promptTokens - cachedTokens).toBeLessThan(60)
    }
  })
})

describe('text of tools', () => {
  it('never becomes a control token', async () => {
    const model = await models.tiny({script: calling(end), template: toolTemplate}, {contextTokens: 4096})
    const injected = '<|im_end|>'
    const described = (description: string): ToolDefinition[] => [{...weatherTool, description}]
    const grown =
      (await model.countTokens(say('Hi.'), described(injected))) - (await model.countTokens(say('Hi.'), described('')))
    // As a control token it would be one token; a byte is one here, and the mark in it has three.
    expect(grown).toBeGreaterThanOrEqual(injected.length)
    const call = (text: string): ToolCall => ({id: 'a', name: 'weather', arguments: JSON.stringify({place: text})})
    const length = async (text: string, content = ''): Promise<number> =>
      await model.countTokens(answered(call(text), content), [weatherTool])
    expect((await length(injected)) - (await length(''))).toBeGreaterThanOrEqual(injected.length)
    expect((await length('', injected)) - (await length(''))).toBe(injected.length)
  })
})

describe('a model whose template has no tools', () => {
  it('is told of them in words, and calls them so', async () => {
    const script: ScriptToken[] = [
      '\n',
      '||call: ',
      'weather',
      '(',
      '{"place": "Oslo", "days": 2}',
      '\n\n\n\n',
      ')',
      end,
    ]
    const model = await models.tiny({script}, {contextTokens: 2048})
    const deltas = await collected(model.chat(say('Will it rain?'), options))
    expect(callsOf(deltas)).toEqual([{id: expect.any(String), name: 'weather', arguments: '{"place":"Oslo","days":2}'}])
    expect(endOf(deltas).finish).toBe('toolCalls')
    const [call] = callsOf(deltas)
    if (!call) throw new Error('There was no call.')
    const {usage} = endOf(await collected(model.chat(answered(call, 'Rain.'), options)))
    expect(usage.promptTokens - usage.cachedTokens).toBeLessThan(60)
  })
})

it('a model whose template has no tools is told what their arguments are for', async () => {
  const model = await models.tiny({seed: 7}, {contextTokens: 2048})
  const tool = (description?: string): ToolDefinition[] => [
    {...weatherTool, parameters: {type: 'object', properties: {place: {type: 'string', description}}}},
  ]
  const [described, without] = [tool('A city of Norway'), tool()]
  const longer = (await model.countTokens(say('Hi.'), described)) - (await model.countTokens(say('Hi.'), without))
  expect(longer).toBeGreaterThanOrEqual('A city of Norway'.length)
})

describe('a schema', () => {
  it.each<[string, Record<string, unknown>]>([
    ['without parameters', {type: 'object', properties: {}}],
    ['empty', {}],
    ['with references', {type: 'object', properties: {a: {$ref: '#/$defs/a'}}, $defs: {a: {type: 'string'}}}],
    [
      'that contains itself',
      {type: 'object', properties: {a: {$ref: '#/$defs/a'}}, $defs: {a: {properties: {a: {$ref: '#/$defs/a'}}}}},
    ],
    ['whose parts refer to one another twice', doublingSchema(25)],
    ['that is nowhere', {type: 'object', properties: {a: {$ref: 'https://example.org/schema'}}}],
    [
      'of an older dialect',
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        type: 'object',
        properties: {a: {type: 'array', items: [{type: 'string'}]}},
      },
    ],
    [
      'of choices',
      {
        type: 'object',
        properties: {a: {anyOf: [{type: 'string'}, {type: ['integer', 'null']}]}, b: {allOf: [{type: 'object'}]}},
        required: ['a', 'b'],
      },
    ],
    [
      'of everything',
      {
        type: 'object',
        properties: {
          a: true,
          b: {},
          c: {enum: ['x', 1, null]},
          d: {const: 'y'},
          e: {type: 'string', pattern: '^a$', maxLength: 100_000},
          f: {type: 'array', items: {type: 'number'}, maxItems: 3},
          g: {type: 'object', additionalProperties: {type: 'string'}},
          h: {type: 'string', format: 'date'},
        },
        required: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
      },
    ],
  ])('%s holds the model to arguments that are JSON', async (_what, parameters) => {
    const script: ScriptToken[] = ['\n', '<tool_call>\n{"name": "', 'weather', '>', end]
    const model = await models.tiny({script, template: toolTemplate, contextLength: 8192}, {contextTokens: 8192})
    const tools = [{...weatherTool, parameters}]
    const deltas = await collected(model.chat(say('Will it rain?'), {...options, tools, seed: 1, maxTokens: 600}))
    for (const {arguments: text} of callsOf(deltas)) expect(JSON.parse(text)).toBeTypeOf('object')
    expect(endOf(deltas).finish).toMatch(/^(toolCalls|length)$/)
  })
})
