import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {dirname, join, relative} from 'node:path'
import {locateModel} from '@essence/core/models/cache/locate'
import type {ModelKind} from '@essence/core/models/catalogue/entry'
import {beforeEach, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

let cache: string
beforeEach(() => {
  cache = temporaryFolder()
})

const put = (...files: string[]): void => {
  for (const file of files) {
    mkdirSync(dirname(join(cache, file)), {recursive: true})
    writeFileSync(join(cache, file), 'model')
  }
}

/** The found file as seen from the cache. */
const located = async (kind: ModelKind, name: string): Promise<string | undefined> => {
  const path = await locateModel(kind, name, cache)
  return path && relative(cache, path)
}

describe('locateModel by path', () => {
  it('takes an absolute path, also outside the cache', async () => {
    put('elsewhere/mine.bin')
    expect(await locateModel('stt', join(cache, 'elsewhere/mine.bin'), '/nowhere')).toBe(
      join(cache, 'elsewhere/mine.bin'),
    )
  })

  it('takes a path from the current folder', async () => {
    expect(await locateModel('llm', './package.json', cache)).toBe(join(process.cwd(), 'package.json'))
  })

  it('expands ~, and says which file is missing', async () => {
    const promise = locateModel('stt', '~/no such model.bin', cache)
    await expect(promise).rejects.toMatchObject({
      code: 'MODEL_MISSING',
      message: expect.stringContaining(join(homedir(), 'no such model.bin')),
    })
  })

  it('does not take a folder for a model', async () => {
    put('folder/ggml-base.bin')
    await expect(locateModel('stt', join(cache, 'folder'), cache)).rejects.toMatchObject({code: 'MODEL_MISSING'})
    expect(await located('stt', 'folder')).toBeUndefined()
  })
})

describe('locateModel by file name', () => {
  it('looks in the cache, then below it', async () => {
    put('ggml-base.bin', 'whisper/ggml-tiny.en.bin', 'llm/Tiny-Q8_0.gguf')
    expect(await located('stt', 'ggml-base.bin')).toBe('ggml-base.bin')
    expect(await located('stt', 'whisper/ggml-tiny.en.bin')).toBe('whisper/ggml-tiny.en.bin')
    expect(await located('stt', 'ggml-tiny.en.bin')).toBe('whisper/ggml-tiny.en.bin')
    expect(await located('llm', 'tiny-q8_0.gguf')).toBe('llm/Tiny-Q8_0.gguf')
  })
})

describe('locateModel by id', () => {
  const whisper = 'openai/whisper-large-v3'
  const qwen = 'Qwen/Qwen3-30B-A3B-Thinking-2507'

  it('finds nothing in a cache that is empty or not there', async () => {
    expect(await located('stt', whisper)).toBeUndefined()
    expect(await locateModel('llm', qwen, join(cache, 'not there'))).toBeUndefined()
  })

  it('finds Whisper in ggml format, in the order: as it is, quantised, its variants', async () => {
    put('a/ggml-large-v3-turbo.bin')
    expect(await located('stt', whisper)).toBe('a/ggml-large-v3-turbo.bin')
    put('z/ggml-large-v3-q5_0.bin')
    expect(await located('stt', whisper)).toBe('z/ggml-large-v3-q5_0.bin')
    put('z/ggml-large-v3.bin')
    expect(await located('stt', whisper)).toBe('z/ggml-large-v3.bin')
    expect(await located('stt', 'openai/whisper-large-v3-turbo')).toBe('a/ggml-large-v3-turbo.bin')
  })

  it('finds a language model whatever the case, the publisher before and the quantisation behind', async () => {
    put('x/Qwen_Qwen3-30B-A3B-Thinking-2507-Q4_K_M.gguf')
    expect(await located('llm', qwen)).toBe('x/Qwen_Qwen3-30B-A3B-Thinking-2507-Q4_K_M.gguf')
    expect(await located('llm', qwen.toLowerCase())).toBe('x/Qwen_Qwen3-30B-A3B-Thinking-2507-Q4_K_M.gguf')
  })

  it('prefers the model itself to one whose name begins the same', async () => {
    put('Qwen3-30B-A3B-Coder-Q4_K_M.gguf', 'Qwen3-30B-A3B-UD-Q6_K_XL.gguf')
    expect(await located('llm', 'Qwen/Qwen3-30B-A3B')).toBe('Qwen3-30B-A3B-UD-Q6_K_XL.gguf')
  })

  it('takes the first part of a model in parts', async () => {
    put(...[3, 2, 1].map(part => `${qwen}-Q8_0-0000${part}-of-00003.gguf`))
    expect(await located('llm', qwen)).toBe(`${qwen}-Q8_0-00001-of-00003.gguf`)
  })

  it('looks into the Hugging Face cache, whose files are links, and passes over those that lead nowhere', async () => {
    const snapshot = 'huggingface/models--ggerganov--whisper.cpp/snapshots'
    put('huggingface/models--ggerganov--whisper.cpp/blobs/abc', `${snapshot}/b/README.md`)
    mkdirSync(join(cache, snapshot, 'a'))
    symlinkSync('../../blobs/gone', join(cache, snapshot, 'a/ggml-large-v3.bin'))
    symlinkSync('../../blobs/abc', join(cache, snapshot, 'b/ggml-large-v3.bin'))
    expect(await located('stt', whisper)).toBe(`${snapshot}/b/ggml-large-v3.bin`)
  })

  it('is not taken in by other files', async () => {
    put(
      'ggml-large-v3.bin.partial',
      'large-v3.bin',
      'ggml-large-v30.bin',
      'ggml-large-v2.bin',
      'ggml-large-v3-encoder.mlmodelc/weights.bin',
      'mmproj-Qwen3-30B-A3B-Thinking-2507-f16.gguf',
      'Qwen3-30B-A3B-Thinking-2507-Q4_K_M.safetensors',
      'Qwen3-30B-A3B-Thinking-2507-Q8_0-00002-of-00003.gguf',
    )
    expect(await located('stt', whisper)).toBeUndefined()
    expect(await located('llm', qwen)).toBeUndefined()
    expect(await located('llm', 'Qwen/')).toBeUndefined()
  })

  it('chooses the same whatever order the files came in', async () => {
    const files = ['b/m-Q8_0.gguf', 'a/m-Q8_0.gguf', 'c/m-Q4_K_M.gguf']
    for (const order of [files, files.toReversed()]) {
      cache = temporaryFolder()
      put(...order)
      expect(await located('llm', 'org/m')).toBe('c/m-Q4_K_M.gguf')
    }
  })
})
