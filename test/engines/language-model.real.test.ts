import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {readConfig} from '@essence/core/config/read'
import {variables} from '@essence/core/config/schema'
import {openEmbedder} from '@essence/core/engines/mind/embedder'
import {openLanguageModel} from '@essence/core/engines/mind/language-model'
import {afterEach, describe, expect, it} from 'vitest'
import {collected} from '../collected.ts'
import {answerOf, endOf, say} from '../llm/conformance.ts'
import {chatMlTemplate, tinyGguf} from '../llm/llama/tiny-gguf.ts'
import {openAiPeer} from '../peers/openai.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()
const write = (name: string, bytes: Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}
const template = `${chatMlTemplate}{% if add_generation_prompt %}{{ '<think>\\n' if enable_thinking else '' }}{% endif %}`
const script = ['</think>', 'Hello', '<|im_end|>', '\n', 'tick', ' tock', 'tick']
const chat = write('chat.gguf', tinyGguf({script, template, contextLength: 512}))
const embedding = write('embedding.gguf', tinyGguf({pooling: 1}))

const opened: {close(): Promise<void>}[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

const settingsOf = async (flags: Record<string, string>) => {
  const own = {LLM_THREADS: '1', MODEL_DEVICE: 'cpu', EMBEDDING_DEVICE: 'cpu', SYSTEM_PROMPT: 'June.', ...flags}
  return (await readConfig({flags: {JUNE_DATA_DIR: folder, MODEL_CACHE_DIR: join(folder, 'models'), ...own}})).settings
}
const open = async (flags: Record<string, string>) => {
  const model = await openLanguageModel(await settingsOf({MODEL_NAME: chat, ...flags}))
  if (!model) throw new Error('There is no model.')
  opened.push(model)
  return model
}
const embedder = async (flags: Record<string, string>) => {
  const model = await openEmbedder(await settingsOf(flags))
  if (model) opened.push(model)
  return model
}

describe('the settings of the language model', () => {
  it('open the model of an OpenAI-compatible server, by its name and with its key', async () => {
    const peer = await openAiPeer({models: ['first', 'second'], key: 'key-of-tests', contextTokens: 700})
    opened.push(peer)
    const elsewhere = {LLM_URL: `${peer.url}/v1`, LLM_API_KEY: 'key-of-tests'}
    const model = await open({...elsewhere, MODEL_NAME: 'second'})
    expect(model.info).toMatchObject({engine: 'llama-server', model: 'second', device: 'server'})
    expect(model.contextTokens).toBe(700)
    expect(answerOf(await collected(model.chat(say('From afar.'))))).toBe('From afar.')
    expect((await open({...elsewhere, MODEL_NAME: variables.MODEL_NAME.default})).info.model).toBe('first')
    await expect(open({...elsewhere, MODEL_NAME: 'third'})).rejects.toMatchObject({code: 'REMOTE_REFUSED'})
    expect(await openLanguageModel(await settingsOf({...elsewhere, INFERENCE_MODE: 'mock'}))).toBeUndefined()
  })

  it('stretch the context only where more than the training is asked for by name', async () => {
    expect((await open({MAX_CONTEXT_LENGTH: '1024'})).contextTokens).toBe(1024)
    expect((await open({MAX_CONTEXT_LENGTH: '1024', USE_YARN: 'false'})).contextTokens).toBe(512)
    expect((await open({})).contextTokens).toBe(512)
  })

  it('say how conversations are kept', async () => {
    await expect(open({LLM_KV_CACHE: 'q8_0', LLM_FLASH_ATTENTION: 'off'})).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
    await open({LLM_KV_CACHE: 'q8_0', LLM_GPU_LAYERS: '0'})
  })

  it('bound thinking', async () => {
    const model = await open({MODEL_THINKING: 'on', MODEL_THINKING_TOKENS: '6'})
    const deltas = await collected(model.chat(say('Hi.'), {maxTokens: 60}))
    expect([answerOf(deltas), endOf(deltas).finish]).toEqual(['Hello', 'stop'])
  })
})

describe('the embedder of the settings', () => {
  it('is the file that is named', async () => {
    expect(await embedder({EMBEDDING_MODEL: embedding})).toMatchObject({model: 'embedding.gguf'})
  })

  it('is none where only the default is missing, or the language model is a mock', async () => {
    expect(await embedder({})).toBeUndefined()
    expect(await embedder({EMBEDDING_MODEL: embedding, INFERENCE_MODE: 'mock'})).toBeUndefined()
  })

  it('must be there where it was chosen', async () => {
    await expect(embedder({EMBEDDING_MODEL: 'sentence-transformers/all-MiniLM-L6-v2'})).rejects.toMatchObject({
      code: 'MODEL_MISSING',
      suggestions: expect.arrayContaining([expect.stringContaining('essence models download')]),
    })
    await expect(embedder({EMBEDDING_MODEL: chat})).rejects.toMatchObject({code: 'MODEL_INVALID'})
  })
})
