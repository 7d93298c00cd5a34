// JSON and calls by published models that have learnt neither: what they write is held to its form, whatever its sense.
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {openRemoteMind} from '@essence/core/assistant/grpc/client'
import {serveAssistant} from '@essence/core/assistant/grpc/server'
import {mockAssistant} from '@essence/core/assistant/mock'
import {openLlama} from '@essence/core/llm/llama/llama'
import type {ChatMessage, ChatOptions, LanguageModel, ToolChoice, ToolDefinition} from '@essence/core/llm/port'
import {Ajv} from 'ajv'
import {describe, expect, it, onTestFinished} from 'vitest'
import {collected} from '../collected.ts'
import {answerOf, callsOf, endOf, say, weatherTool, writtenOf} from '../llm/conformance.ts'
import {withTemplate} from '../llm/llama/gguf-writer.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {gemma3, smolLM2} from './published.ts'

const person = {
  type: 'object',
  properties: {
    name: {type: 'string', maxLength: 40},
    age: {type: 'integer', minimum: 0, maximum: 150},
    likes: {type: 'array', items: {enum: ['cats', 'dogs']}, maxItems: 3},
  },
  required: ['name', 'age'],
  additionalProperties: false,
}
const isPerson = new Ajv().compile(person)
const clockTool: ToolDefinition = {name: 'clock', description: 'Tells the time.', parameters: {type: 'object'}}
const tools = [weatherTool, clockTool]

/** Gemma's turns, for the base model has no template; system messages are the user's there. */
const turns =
  "{{ bos_token }}{% for message in messages %}{{ '<start_of_turn>' + ('model' if message.role == 'assistant' else 'user') + '\\n' }}" +
  "{{ message.content + '<end_of_turn>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}"

const pathOf = {
  SmolLM2: () => smolLM2.path,
  'Gemma 3': () => {
    const path = join(temporaryFolder(), 'gemma.gguf')
    writeFileSync(path, withTemplate(readFileSync(gemma3.path), turns))
    return path
  },
}

const opened = async (name: keyof typeof pathOf): Promise<LanguageModel> => {
  const llm = await openLlama({modelPath: pathOf[name](), threads: 1, device: {backend: 'cpu'}, contextTokens: 2048})
  onTestFinished(() => llm.close())
  return llm
}

describe.each([
  ['SmolLM2', smolLM2.missing],
  ['Gemma 3', gemma3.missing],
] as const)('%s%s', (name, missing) => {
  it.skipIf(missing)('answers in JSON that fits the schema, at any temperature', async () => {
    const llm = await opened(name)
    const question = say('Tom is 42 years old and likes cats. Describe him as JSON.')
    for (const options of [{temperature: 0}, {seed: 1}, {seed: 2, temperature: 1.2}, {seed: 3, temperature: 1.2}]) {
      const deltas = await collected(llm.chat(question, {...options, responseSchema: person, maxTokens: 150}))
      expect(endOf(deltas).finish).toBe('stop')
      expect(isPerson(JSON.parse(answerOf(deltas))), answerOf(deltas)).toBe(true)
    }
  })

  it.skipIf(missing)('makes a well-formed call wherever it must', async () => {
    const llm = await opened(name)
    expect(llm.callsTools).toBe(false)
    const place = {type: 'object', properties: {place: {type: 'string', maxLength: 40}}, required: ['place']}
    const isPlace = new Ajv().compile(place)
    const offered = [{...weatherTool, parameters: place}, clockTool]
    const call = async (toolChoice: ToolChoice, sampling: ChatOptions) => {
      const options = {...sampling, tools: offered, toolChoice, maxTokens: 150}
      const deltas = await collected(llm.chat(say('What is the weather in Oslo?'), options))
      const [made, ...others] = callsOf(deltas)
      expect([others, answerOf(deltas), endOf(deltas).finish]).toEqual([[], '', 'toolCalls'])
      const input: unknown = JSON.parse(made?.arguments ?? '')
      expect(made?.name === 'weather' ? isPlace(input) : input).toBeTruthy()
      return made?.name
    }
    for (const sampling of [{temperature: 0}, {seed: 1}, {seed: 2, temperature: 1.2}])
      expect(['weather', 'clock']).toContain(await call('required', sampling))
    expect(await call({name: 'weather'}, {temperature: 0})).toBe('weather')
    expect(await call({name: 'clock'}, {temperature: 0})).toBe('clock')
  })

  it.skipIf(missing)('goes through two rounds of calls to an answer', async () => {
    const llm = await opened(name)
    const messages: ChatMessage[] = say('What is the weather in Oslo, and how late is it?')
    for (const toolChoice of [{name: 'weather'}, {name: 'clock'}]) {
      const deltas = await collected(llm.chat(messages, {tools, toolChoice, temperature: 0, maxTokens: 150}))
      messages.push({role: 'assistant', content: answerOf(deltas), toolCalls: callsOf(deltas)})
      for (const {id, name: tool} of callsOf(deltas))
        messages.push({role: 'tool', content: tool === 'clock' ? 'Ten.' : 'Rain.', toolCallId: id, name: tool})
    }
    expect(messages.map(({role}) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'tool'])
    const answer = await collected(llm.chat(messages, {tools, toolChoice: 'none', temperature: 0, maxTokens: 40}))
    expect(answerOf(answer)).not.toBe('')
    // Free to call again, it does so or answers.
    const free = await collected(llm.chat(messages, {tools, temperature: 0, maxTokens: 40}))
    expect(writtenOf(free)).not.toEqual([])
  })
})

it.skipIf(smolLM2.missing)(`a real model says the same over gRPC${smolLM2.missing}`, async () => {
  const llm = await opened('SmolLM2')
  const rpc = await serveAssistant({
    ...{host: '127.0.0.1', port: 0, variable: 'LLM_PORT', version: '1.2.3', idleMs: 5000, stallMs: 5000},
    maxDocumentBytes: 1024,
    engines: () => ({assistant: mockAssistant(), llm, embedder: undefined}),
  })
  await rpc.ready()
  onTestFinished(() => rpc.close())
  const remote = await openRemoteMind({url: rpc.url})
  onTestFinished(() => remote.assistant.close())
  const asked: ChatOptions[] = [
    {maxTokens: 30},
    {responseSchema: person, maxTokens: 150},
    {tools, toolChoice: 'required', maxTokens: 150},
  ]
  for (const options of asked) {
    const said = async (model: LanguageModel | undefined) => {
      const deltas = model ? await collected(model.chat(say('Tom is 42.'), {...options, temperature: 0})) : []
      return {
        text: answerOf(deltas),
        calls: callsOf(deltas).map(({id: _, ...call}) => call),
        finish: endOf(deltas).finish,
      }
    }
    expect(await said(remote.llm)).toEqual(await said(llm))
  }
})
