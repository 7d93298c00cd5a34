import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {type ContextOptions, planContext} from '@essence/core/llm/llama/context-size'
import * as library from 'node-llama-cpp'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {collected} from '../../collected.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {answerOf, endOf, say} from '../conformance.ts'
import {modelFolder} from './test-model.ts'
import {tinyGguf} from './tiny-gguf.ts'

const models = modelFolder()
const modelPath = join(temporaryFolder(), 'tiny.gguf')
let llama: library.Llama
let file: library.GgufFileInfo
beforeAll(async () => {
  writeFileSync(modelPath, tinyGguf({contextLength: 65_536}))
  file = await library.readGgufFileInfo(modelPath, {sourceType: 'filesystem'})
  llama = await library.getLlama({gpu: false, build: 'never', skipDownload: true})
})
afterAll(async () => {
  await models.close()
  await llama.dispose()
})

const fitting = async (contextTokens: number, conversations: number, options: ContextOptions = {}): Promise<number> =>
  (await planContext(library, llama, file, {contextTokens, conversations, ...options})).tokens

it('gives each conversation what is wanted, what the model was trained for, or what fits the memory', async () => {
  expect(await fitting(4096, 1)).toBe(4096)
  expect(await fitting(1_000_000, 1)).toBe(65_536)
  const crowded = await fitting(65_536, 100_000)
  expect(crowded).toBeLessThan(65_536)
  expect(crowded).toBeGreaterThanOrEqual(2048)
  expect(await fitting(512, 1_000_000)).toBe(512)
})

it('is stretched at most fourfold, and only where more is wanted', async () => {
  // Small, so that no memory is too full for it.
  const path = join(temporaryFolder(), 'short.gguf')
  writeFileSync(path, tinyGguf({contextLength: 512}))
  const short = await library.readGgufFileInfo(path, {sourceType: 'filesystem'})
  const plan = (contextTokens: number) => planContext(library, llama, short, {contextTokens, yarn: true})
  expect((await plan(512)).metadataOverrides).toBeUndefined()
  expect(await plan(700)).toMatchObject({tokens: 700, metadataOverrides: {llama: {context_length: 700}}})
  expect((await plan(1_000_000)).tokens).toBe(2048)
})

it('is more than the model was trained for where it is stretched, and positions are others then', async () => {
  const answer = async (yarn: boolean): Promise<string> => {
    const model = await models.tiny({seed: 7, contextLength: 512}, {contextTokens: 1024, yarn})
    expect(model.contextTokens).toBe(yarn ? 1024 : 512)
    const text = answerOf(await collected(model.chat(say('Good morning.'), {temperature: 0, maxTokens: 40})))
    const long = collected(model.chat(say('x'.repeat(700)), {maxTokens: 2}))
    if (yarn) expect(endOf(await long).usage.promptTokens).toBeGreaterThan(700)
    else await expect(long).rejects.toMatchObject({code: 'CONTEXT_FULL'})
    return text
  }
  expect(await answer(true)).not.toBe(await answer(false))
})

it.each(['q8_0', 'q4_0'] as const)('may be kept as %s, by flash attention', async kvCache => {
  const model = await models.tiny({script: ['\n', 'Hello', '<|im_end|>']}, {kvCache, conversations: 2})
  await model.prepare({messages: [{role: 'system', content: 'You are June.'}]})
  for (const conversation of ['a', 'b'])
    expect(answerOf(await collected(model.chat(say('Hi.'), {conversation})))).toBe('Hello')
  const without = models.tiny({}, {kvCache, flashAttention: 'off'})
  await expect(without).rejects.toMatchObject({code: 'CONFIG_INVALID', message: expect.stringContaining(kvCache)})
})

it('takes flash attention on and off', async () => {
  for (const flashAttention of ['on', 'off'] as const) {
    const model = await models.tiny({script: ['\n', 'Hello', '<|im_end|>']}, {flashAttention})
    expect(answerOf(await collected(model.chat(say('Hi.'))))).toBe('Hello')
  }
})

it('a model larger than the memory is refused before it is loaded, with one that fits', async () => {
  const otherModels = [
    {id: 'too-large', memoryBytes: 5_000_000},
    {id: 'fits', memoryBytes: 900_000},
    {id: 'smaller', memoryBytes: 100},
  ]
  await expect(models.tiny({}, {memoryBytes: 1_000_000, otherModels})).rejects.toMatchObject({
    code: 'ENGINE_FAILED',
    message: expect.stringMatching(/needs [\d.]+ MB for its weights alone; this machine has 1(\.0)? MB of memory/),
    suggestions: ['Take one that fits: fits (900 kB)', expect.stringContaining('smaller quantisation')],
  })
})
