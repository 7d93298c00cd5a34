// The embedder's port, with a tiny random model that pools; what vectors are worth is for published weights.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Embedder} from '@essence/core/llm/embedding-port'
import {openLlamaEmbedder} from '@essence/core/llm/llama/embedding/llama-embedder'
import {loadLlamaEmbedder} from '@essence/core/llm/llama/embedding/load'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {type TinyModel, tinyGguf} from './tiny-gguf.ts'

const folder = temporaryFolder()
let files = 0
const write = (bytes: string | Uint8Array): string => {
  const path = join(folder, `embedder-${files++}.gguf`)
  writeFileSync(path, bytes)
  return path
}
const tiny = (model: TinyModel): string => write(tinyGguf({pooling: 1, contextLength: 256, ...model}))
const small = {device: {backend: 'cpu'}, threads: 1} as const

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)

describe.each([
  ['in this thread', loadLlamaEmbedder],
  ['in a thread of its own', openLlamaEmbedder],
])('an embedder %s', (_where, open) => {
  let embedder: Embedder
  const embed = (...texts: string[]): Promise<Float32Array[]> => embedder.embed(texts, {as: 'passage'})
  beforeAll(async () => {
    embedder = await open({modelPath: tiny({seed: 3}), ...small})
  })
  afterAll(() => embedder.close())

  it('says what it is, and what its vectors are kept under', () => {
    expect(embedder.info).toMatchObject({engine: 'llama.cpp', device: 'cpu', model: embedder.model})
    expect(embedder.model).toMatch(/^embedder-\d+\.gguf$/)
    expect(embedder.maxTokens).toBe(255)
  })

  it('makes one vector of length 1 for each text, in their order', async () => {
    const texts = ['Good morning.', 'Rain in Oslo', '', '  ', '😀']
    const vectors = await embed(...texts)
    expect(vectors).toHaveLength(texts.length)
    for (const vector of vectors) {
      expect(vector).toHaveLength(embedder.dimension)
      expect(dot(vector, vector)).toBeCloseTo(1, 5)
    }
    const [alone] = await embed('Rain in Oslo')
    expect(dot(vectors[1] ?? new Float32Array(), alone ?? new Float32Array())).toBeCloseTo(1, 5)
    expect(await embed()).toEqual([])
  })

  it('does not look at what is beyond its tokens', async () => {
    const full = 'abc'.repeat(100).slice(0, embedder.maxTokens)
    const [one, longer, shorter] = await embed(full, `${full} and more`, full.slice(0, -1))
    if (!one || !longer || !shorter) throw new Error('A vector is missing.')
    expect(longer).toEqual(one)
    expect(shorter).not.toEqual(one)
  })

  it('is cancelled before it begins, and in the midst of a batch', async () => {
    await expect(embedder.embed(['a'], {as: 'query', signal: AbortSignal.abort()})).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    const cancel = new AbortController()
    const batch = embedder.embed(Array<string>(5000).fill('abc'.repeat(50)), {as: 'query', signal: cancel.signal})
    const later = embed('Still there?')
    cancel.abort()
    await expect(batch).rejects.toMatchObject({code: 'CANCELLED'})
    expect(await later).toHaveLength(1)
  })

  it('closes once, and embeds no more', async () => {
    const other = await open({modelPath: tiny({seed: 3}), ...small})
    await other.close()
    await other.close()
    await expect(other.embed(['a'], {as: 'query'})).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
  })
})

it('refuses more calls than it was told to take', async () => {
  const embedder = await loadLlamaEmbedder({modelPath: tiny({seed: 3}), ...small, requestLimit: 1})
  const first = embedder.embed(['a'], {as: 'query'})
  await expect(embedder.embed(['b'], {as: 'query'})).rejects.toMatchObject({code: 'ENGINE_BUSY'})
  expect(await first).toHaveLength(1)
  await embedder.close()
})

it('puts the instruction of Qwen3-Embedding before queries, and nothing before passages', async () => {
  const cosine = async (architecture: 'llama' | 'qwen3'): Promise<number> => {
    const embedder = await loadLlamaEmbedder({modelPath: tiny({seed: 3, architecture, pooling: 3}), ...small})
    const [query] = await embedder.embed(['Where does it rain?'], {as: 'query'})
    const [passage] = await embedder.embed(['Where does it rain?'], {as: 'passage'})
    await embedder.close()
    return dot(query ?? new Float32Array(), passage ?? new Float32Array())
  }
  expect(await cosine('llama')).toBeCloseTo(1, 5)
  expect(await cosine('qwen3')).toBeLessThan(0.999)
})

describe('a file that embeds nothing', () => {
  it.each<[string, string | Buffer, RegExp]>([
    ['a chat model', tinyGguf(), /no embedding model \(llama\)/],
    ['a model that ranks', tinyGguf({pooling: 4}), /no embedding model/],
    ['a web page', '<!DOCTYPE html>', /not an embedding model in GGUF format: it is a web page/],
  ])('is refused: %s', async (_what, bytes, message) => {
    await expect(openLlamaEmbedder({modelPath: write(bytes), ...small})).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(message),
    })
  })

  it('may be missing, or cut short', async () => {
    const missing = join(folder, 'none.gguf')
    await expect(openLlamaEmbedder({modelPath: missing, ...small})).rejects.toMatchObject({
      code: 'MODEL_MISSING',
      message: `There is no embedding model at ${missing}.`,
    })
    const whole = tinyGguf({pooling: 1})
    const cut = write(whole.subarray(0, Math.floor(whole.length * 0.6)))
    await expect(openLlamaEmbedder({modelPath: cut, ...small})).rejects.toMatchObject({code: 'MODEL_INVALID'})
  })
})
