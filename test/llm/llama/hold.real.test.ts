// Answers of llama.cpp that are held to JSON or a call: what holds, what is refused, and what goes with it.
import {Ajv2020} from 'ajv/dist/2020.js'
import {afterAll, afterEach, describe, expect, it} from 'vitest'
import {collected} from '../../collected.ts'
import {answerOf, callsOf, endOf, say, thoughtOf, weatherTool} from '../conformance.ts'
import {choosingSchema, doublingSchema, heldSchemas, nestedSchema, unheldSchemas} from '../schemas.ts'
import {modelFolder} from './test-model.ts'
import {chatMlTemplate, openedThoughtTemplate, toolTemplate} from './tiny-gguf.ts'

const models = modelFolder()
afterEach(() => models.closeModels())
afterAll(() => models.close())

const fits = (schema: object) => new Ajv2020({strict: false, logger: false}).compile(schema)
/** Of the template that opens a thought unless it is told not to. */
const switchedTemplate = chatMlTemplate.replace(
  "'<|im_start|>assistant\\n'",
  "'<|im_start|>assistant\\n' + ('<think>\\n' if enable_thinking else '<think></think>')",
)

/** One model for all schemas: it has nothing to remember. */
const shared = modelFolder()
afterAll(() => shared.close())
let opened: ReturnType<typeof shared.tiny> | undefined
const random = () => {
  opened ??= shared.tiny({seed: 7}, {contextTokens: 2048})
  return opened
}

describe('an answer in JSON', () => {
  it.each(heldSchemas)('fits a schema %s, whatever the model would say', async (_what, schema) => {
    const model = await random()
    let whole = 0
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const deltas = await collected(
        model.chat(say('x'), {responseSchema: schema, seed, temperature: 1.5, topK: 0, topP: 1, maxTokens: 400}),
      )
      if (endOf(deltas).finish === 'length') continue
      whole++
      const value = JSON.parse(answerOf(deltas))
      expect(fits(schema)(value), JSON.stringify(value)).toBe(true)
    }
    expect(whole).toBeGreaterThan(3)
  })

  it.each(unheldSchemas)('is refused where the grammar does not know %s', async (what, schema) => {
    const model = await random()
    await expect(collected(model.chat(say('x'), {responseSchema: schema}))).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(what),
    })
  })

  it.each([
    ['refer to one another twice', doublingSchema(60)],
    ['contain one another', nestedSchema(90)],
  ])('may have a schema whose parts %s, however often', async (_how, responseSchema) => {
    const model = await random()
    const deltas = await collected(model.chat(say('x'), {responseSchema, seed: 1, maxTokens: 40}))
    expect(answerOf(deltas)).toMatch(/^[{[]/)
  })

  it.each([
    ['deeper than', nestedSchema(10_000)],
    ['more than', choosingSchema(60)],
  ])('is refused where the schema has %s what a process bears', async (what, responseSchema) => {
    const model = await random()
    await expect(collected(model.chat(say('x'), {responseSchema}))).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(what),
    })
  })

  it('ends before a stop sequence, and with the tokens it may have', async () => {
    const model = await random()
    const responseSchema = {const: 'abcdef'}
    const stopped = await collected(model.chat(say('x'), {responseSchema, stopSequences: ['cd']}))
    expect([answerOf(stopped), endOf(stopped).finish]).toEqual(['"ab', 'stop'])
    const cut = await collected(model.chat(say('x'), {responseSchema, maxTokens: 3}))
    expect(endOf(cut).finish).toBe('length')
    expect(JSON.stringify('abcdef').startsWith(answerOf(cut))).toBe(true)
  })

  it('has no thought before it, also of a model that else thinks', async () => {
    const script = ['\n', 'hmm', '</think>', 'Hello', '<|im_end|>']
    const model = await models.tiny({script, template: switchedTemplate}, {thinking: 'on'})
    expect(thoughtOf(await collected(model.chat(say('x'))))).toBe('hmm')
    const deltas = await collected(model.chat(say('x'), {responseSchema: {const: '<think>'}, maxTokens: 100}))
    expect([thoughtOf(deltas), answerOf(deltas)]).toEqual(['', '"<think>"'])
  })

  it('frees the conversation at once when it is cancelled', async () => {
    const model = await models.tiny({seed: 7}, {contextTokens: 2048, conversations: 1})
    const cancel = new AbortController()
    const listening = (async () => {
      const options = {responseSchema: {type: 'string', minLength: 200}, signal: cancel.signal}
      for await (const _delta of model.chat(say('x'), options)) cancel.abort()
    })()
    await expect(listening).rejects.toMatchObject({code: 'CANCELLED'})
    expect(answerOf(await collected(model.chat(say('x'), {responseSchema: {const: 1}})))).toBe('1')
  })
})

describe('a call that must be made', () => {
  it.each([
    ['as its template has it', toolTemplate],
    ['in words, where its template has no tools', chatMlTemplate],
  ])('is well-formed, written %s', async (_how, template) => {
    const model = await models.tiny({seed: 7, template, contextLength: 4096}, {contextTokens: 4096})
    const parameters = {
      type: 'object',
      properties: {place: {enum: ['Oslo', 'Rome']}, kind: {type: 'boolean'}},
      required: ['place'],
    }
    const tools = [
      {...weatherTool, parameters},
      {...weatherTool, name: 'clock', parameters: {}},
    ]
    for (const seed of [1, 2, 3, 4]) {
      const options = {tools, toolChoice: 'required', parallelToolCalls: false, seed, temperature: 1.5} as const
      const deltas = await collected(model.chat(say('x'), {...options, maxTokens: 300}))
      const [call, ...others] = callsOf(deltas)
      expect(others).toEqual([])
      expect(answerOf(deltas)).toBe('')
      expect(endOf(deltas).finish).toBe('toolCalls')
      expect(['weather', 'clock']).toContain(call?.name)
      if (call?.name === 'weather') expect(fits(parameters)(JSON.parse(call.arguments))).toBe(true)
    }
  })

  it('is not held to the schema of an answer, which it is none of', async () => {
    const model = await models.tiny({seed: 7, contextLength: 4096}, {contextTokens: 4096})
    const tools = [{...weatherTool, parameters: {type: 'object', properties: {a: {const: 1}}, required: ['a']}}]
    const options = {tools, toolChoice: 'required', responseJson: true, maxTokens: 100} as const
    expect(callsOf(await collected(model.chat(say('x'), options)))).toMatchObject([{arguments: '{"a":1}'}])
  })
})

describe('what does not go together', () => {
  it.each([
    ['JSON, and tools that may be called', {responseJson: true, tools: [weatherTool]}, chatMlTemplate, /tools/],
    ['JSON, and thoughts before it', {responseJson: true, thoughtTokens: 5}, chatMlTemplate, /think/],
    ['JSON, and a model that always thinks', {responseJson: true}, openedThoughtTemplate, /thinks before each answer/],
    [
      'a call, and channels',
      {toolChoice: 'required' as const, tools: [weatherTool]},
      `${chatMlTemplate}{# <|start|>assistant<|channel|>final #}`,
      /thinks before each answer/,
    ],
  ])('is refused: %s', async (_what, options, template, message) => {
    const model = await models.tiny({seed: 7, template, contextLength: 4096}, {contextTokens: 4096})
    await expect(collected(model.chat(say('x'), options))).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(message),
    })
  })
})
