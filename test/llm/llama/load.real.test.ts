import {existsSync, readFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, afterEach, describe, expect, it} from 'vitest'
import {collected} from '../../collected.ts'
import {answerOf, say} from '../conformance.ts'
import {withTemplate} from './gguf-writer.ts'
import {modelFolder, stories} from './test-model.ts'
import {chatMlTemplate, type ScriptToken, tinyGguf} from './tiny-gguf.ts'

const models = modelFolder()
afterEach(() => models.closeModels())
afterAll(() => models.close())

const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'

describe('a file that is no model', () => {
  it.each<[string, string | Buffer, RegExp]>([
    ['empty', '', /is empty/],
    ['a Git LFS pointer', pointer, /Git LFS pointer/],
    ['a web page', '<!DOCTYPE html><html>404</html>', /web page/],
    ['a Whisper model', Buffer.from('6c6d676799ca0000', 'hex'), /whisper/],
    ['a voice', Buffer.from('08081207', 'hex'), /ONNX/],
    ['safetensors', Buffer.from('580d000000000000{"__metadata__":{}}', 'latin1'), /something unknown/],
    [
      'safetensors with its length',
      Buffer.concat([Buffer.from('580d000000000000', 'hex'), Buffer.from('{"a"')]),
      /safetensors/,
    ],
    ['a PyTorch file', 'PK\u0003\u0004rest', /PyTorch/],
    ['JSON', '{"error": "not found"}', /JSON/],
    ['another version of GGUF', Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(60, 9)]), /GGUF version/],
    ['a stump of GGUF', 'GGUF\u0003', /cut off after 5 bytes/],
  ])('is named for what it is: %s', async (_name, bytes, message) => {
    await expect(models.open(models.write(bytes))).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(message),
      suggestions: [expect.stringMatching(/./)],
    })
  })

  it('may make vectors of texts instead of answering', async () => {
    await expect(models.open(models.write(tinyGguf({architecture: 'qwen3', pooling: 3})))).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(/is an embedding model \(qwen3\)/),
    })
    await expect(models.open(models.write(tinyGguf({pooling: 0})))).resolves.toBeDefined()
  })

  it('may be of an architecture that llama.cpp does not know', async () => {
    const other = tinyGguf().toString('latin1').replaceAll('llama', 'lalma')
    const path = models.write(Buffer.from(other, 'latin1'))
    await expect(models.open(path)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(path),
      suggestions: [expect.stringContaining('verify'), expect.stringContaining('newer than llama.cpp here')],
    })
  })

  it('may be missing or a directory', async () => {
    await expect(models.open(join(tmpdir(), 'no-such-model.gguf'))).rejects.toMatchObject({code: 'MODEL_MISSING'})
    await expect(models.open(tmpdir())).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('directory'),
    })
  })

  it.each([
    ['in its weights', 0.6],
    ['in its metadata', 0.001],
  ])('may be cut short %s', async (_where, part) => {
    const whole = tinyGguf()
    const path = models.write(whole.subarray(0, Math.floor(whole.length * part)))
    await expect(models.open(path)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(path),
      suggestions: expect.arrayContaining([expect.stringContaining('verify')]),
    })
  })
})

describe('the device', () => {
  it('is the CPU where it is asked for, and says so', async () => {
    const model = await models.tiny({}, {device: {backend: 'cpu'}})
    expect(model.info).toMatchObject({engine: 'llama.cpp', device: 'cpu', deviceReason: '"cpu" was asked for'})
    expect(model.info.model).toMatch(/^model-\d+\.gguf$/)
    expect(existsSync(model.info.modelPath ?? '')).toBe(true)
  })

  it('is found by itself', async () => {
    const model = await models.tiny({script: ['\n', 'Hello', '<|im_end|>']}, {device: {backend: 'auto'}})
    expect(model.info.deviceReason).toMatch(/was found|the best found/)
    expect(answerOf(await collected(model.chat(say('Hi.'))))).toBe('Hello')
  })

  it.each([
    [{backend: 'cuda', index: 1}, 'CONFIG_INVALID'],
    [{backend: process.platform === 'darwin' ? 'cuda' : 'metal'}, 'ENGINE_UNAVAILABLE'],
  ] as const)('%j is refused: %s', async (device, code) => {
    await expect(models.tiny({}, {device})).rejects.toMatchObject({code})
  })
})

describe('the chat template', () => {
  it('that cannot be rendered gives way to a known format', async () => {
    const model = await models.tiny({script: ['\n', 'Hello', '<|im_end|>'], template: '{% if <|im_start|> %}'})
    expect(answerOf(await collected(model.chat(say('Hi.'))))).toBe('Hello')
  })

  it.each([
    ['missing', null],
    ['empty', ' '],
  ])('that is %s means a base model, which is refused with the names of others', async (_how, template) => {
    const path = models.write(tinyGguf({template}))
    await expect(models.open(path, {instructModels: ['some-4b-instruct']})).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(`^${path} has no chat template: it is a base model`),
      suggestions: [expect.stringMatching('-Instruct'), expect.stringMatching('some-4b-instruct')],
    })
  })

  it('may be one of several named ones: the default one, else the first', async () => {
    const script: ScriptToken[] = ['\n', 'Hello', '<|im_end|>']
    const tools = "{{ raise_exception('tools only') }}"
    const named = (names: Record<string, string>): string =>
      models.write(
        Object.entries(names).reduce(
          (file, [name, template]) => withTemplate(file, template, name),
          tinyGguf({script, template: null}),
        ),
      )
    for (const names of [{default: chatMlTemplate, tools}, {rag: chatMlTemplate}]) {
      const model = await models.open(named(names))
      expect(answerOf(await collected(model.chat(say('Hi.'))))).toBe('Hello')
    }
  })
})

it.skipIf(!stories)('a real model writes real words (needs ../shared/data/models/stories260K.gguf)', async () => {
  expect(
    readFileSync(stories ?? '')
      .subarray(0, 4)
      .toString(),
  ).toBe('GGUF')
  const model = await models.stories()
  const text = answerOf(await collected(model.chat(say('Once upon a time'), {temperature: 0, maxTokens: 60})))
  expect(text).toMatch(/\b(the|a|she|he|was|and|to)\b.*\b(the|a|she|he|was|and|to)\b/s)
})
