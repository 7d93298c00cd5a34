import {execFile} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import type {SpeechEngine} from '@essence/core/stt/engine'
import {speechModelKind} from '@essence/core/stt/ggml/ggml-file'
import {readParakeetFile} from '@essence/core/stt/ggml/parakeet-file'
import {speechToText} from '@essence/core/stt/recognizer'
import {openParakeet} from '@essence/core/stt/whisper-cpp/parakeet'
import fc from 'fast-check'
import {afterAll, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {bursts} from '../bursts.ts'
import {tinyWhisper} from '../ggml/tiny-ggml.ts'
import {transcribeOptions} from '../transcribe-options.ts'
import {type TinyParakeet, tinyParakeet} from './tiny-parakeet.ts'

const folder = temporaryFolder()
const opened: SpeechEngine[] = []
afterAll(async () => {
  for (const engine of opened) await engine.close()
})

const hello: TinyParakeet = {says: ['▁hello', '▁wor', 'ld', '.', '▁again']}

const modelFile = (model: Buffer): string => {
  const path = join(folder, 'ggml-parakeet-tiny.bin')
  writeFileSync(path, model)
  return path
}

const openTiny = async (model = hello): Promise<SpeechEngine> => {
  const engine = await openParakeet({modelPath: modelFile(tinyParakeet(model)), device: {backend: 'cpu'}, threads: 1})
  opened.push(engine)
  return engine
}

describe('what Parakeet hears in a window', () => {
  it('writes pieces as words; of short audio fewer, for it looks at no more than there is', async () => {
    const engine = await openTiny()
    const textOf = async (seconds: number) => (await engine.transcribe(bursts(seconds), transcribeOptions())).segments
    expect(await textOf(0.3)).toEqual([{text: 'hello', startMs: 0, endMs: 300}])
    expect(await textOf(1)).toEqual([{text: 'hello world.', startMs: 0, endMs: 1000}])
    expect(await textOf(2)).toEqual([{text: 'hello world. again', startMs: 0, endMs: 2000}])
    expect(await textOf(30)).toEqual([{text: 'hello world. again', startMs: 0, endMs: 30_000}])
  })

  it('gives no segment where the model writes nothing', async () => {
    const engine = await openTiny({says: []}).catch(error => error)
    expect(engine).toMatchObject({code: 'MODEL_INVALID'})
    const silent = await openTiny({says: ['<unk>']})
    expect((await silent.transcribe(bursts(1), transcribeOptions())).segments).toEqual([])
  })

  it('does not claim to know the language: of those it knows, the one asked for, else none', async () => {
    const engine = await openTiny()
    expect((await engine.transcribe(bursts(1), transcribeOptions())).language).toBe('und')
    expect((await engine.transcribe(bursts(1), transcribeOptions({language: 'de'}))).language).toBe('de')
    expect(engine.abilities).toMatchObject({translate: false, words: false, prompt: false, confidence: false})
    expect(engine.abilities.languages).toHaveLength(25)
    const stt = speechToText(engine)
    await expect(stt.recognize(bursts(1), {language: 'ja'})).rejects.toMatchObject({code: 'USAGE'})
    await expect(stt.recognize(bursts(1), {prompt: 'June'})).rejects.toMatchObject({code: 'USAGE'})
    await expect(stt.recognize(bursts(1), {translate: true})).rejects.toMatchObject({code: 'USAGE'})
    expect(await stt.recognize(bursts(2), {vad: false})).toMatchObject({text: 'hello world. again', language: 'und'})
  })

  it('knows English only where its vocabulary is that of version 2', async () => {
    const engine = await openTiny({...hello, vocabulary: 1024})
    expect(engine.abilities.languages).toEqual(['en'])
    expect((await engine.transcribe(bursts(1), transcribeOptions({language: 'en'}))).language).toBe('en')
  })
})

describe('calls of Parakeet that do not go through', () => {
  it('stops a window that is aborted, and the next is not taken for it', async () => {
    const engine = await openTiny()
    for (let round = 0; round < 5; round++) {
      const controller = new AbortController()
      const cancelled = engine.transcribe(bursts(30), transcribeOptions({signal: controller.signal}))
      controller.abort()
      await expect(cancelled).rejects.toMatchObject({code: 'CANCELLED'})
      expect((await engine.transcribe(bursts(1), transcribeOptions())).segments).toMatchObject([{text: 'hello world.'}])
    }
  })

  it('closes after the window under way, and as often as one likes', async () => {
    const engine = await openTiny()
    const hearing = engine.transcribe(bursts(5), transcribeOptions())
    await Promise.all([engine.close(), engine.close()])
    expect((await hearing).segments).toHaveLength(1)
  })

  it('can be cancelled before it starts, and leaves a device that is not there', async () => {
    const modelPath = modelFile(tinyParakeet(hello))
    const signal = AbortSignal.abort()
    await expect(openParakeet({modelPath, device: {backend: 'cpu'}, threads: 1, signal})).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    await expect(openParakeet({modelPath, device: {backend: 'cuda', index: 1}})).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
  })
})

describe('readParakeetFile', () => {
  const whole = tinyParakeet(hello)
  const reads = (bytes: Buffer) => readParakeetFile(modelFile(bytes))

  it('reads what the file tells, and is told from Whisper', async () => {
    expect(await reads(tinyParakeet({...hello, audioPositions: 800}))).toEqual({vocabulary: 5, contextMs: 8000})
    expect(await speechModelKind(modelFile(whole))).toBe('parakeet')
    expect(await speechModelKind(modelFile(tinyWhisper({says: []})))).toBe('whisper')
    await expect(reads(tinyWhisper({says: []}))).rejects.toMatchObject({code: 'MODEL_INVALID'})
    await expect(readParakeetFile(join(folder, 'none.bin'))).rejects.toMatchObject({code: 'MODEL_MISSING'})
  })

  it('never takes a model that lacks its end, wherever it was cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 0, max: whole.length - 1}), async length => {
        await expect(reads(whole.subarray(0, length))).rejects.toMatchObject({code: 'MODEL_INVALID'})
      }),
      {numRuns: 100},
    )
  })

  it('says that a file is of another version of the format', async () => {
    // Before it had the size of the convolution's kernel, 640 stood there.
    const older = Buffer.from(whole)
    older.writeInt32LE(640, 11 * 4)
    await expect(reads(older)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('n_conv_kernel is 640'),
      suggestions: [expect.stringContaining('whisper.cpp')],
    })
  })

  it('leaves nothing to whisper.cpp that it does not survive: any damage of the head is refused, or loads, or fails to', async () => {
    const script = join(import.meta.dirname, 'children/open-damaged.ts')
    const args = ['--conditions=essence-source', '--no-warnings', script, modelFile(whole)]
    const {stdout} = await promisify(execFile)(process.execPath, args, {timeout: 110_000})
    const counts = JSON.parse(stdout)
    expect(counts.MODEL_INVALID).toBeGreaterThan(50)
    expect(counts.heard).toBeGreaterThan(0)
    expect(Object.keys(counts).toSorted()).toEqual(expect.arrayContaining(['MODEL_INVALID', 'heard']))
  }, 120_000)
})
