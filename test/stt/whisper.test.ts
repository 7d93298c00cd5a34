import {execFile} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setImmediate as turnOfTheLoop} from 'node:timers/promises'
import {promisify} from 'node:util'
import type {SpeechToText, TranscriptSegment} from '@essence/core/stt/port'
import {openWhisper} from '@essence/core/stt/whisper'
import {gpuBackend, placeModel} from '@essence/core/stt/whisper-device'
import {openLibrary} from '@essence/core/stt/whisper-library'
import {afterAll, describe, expect, it} from 'vitest'
import {noise} from '../audio/sounds.ts'
import {bursts} from './bursts.ts'
import {multilingual, type TinyModel, tinyWhisper} from './tiny-ggml.ts'

const folder = mkdtempSync(join(tmpdir(), 'essence-whisper-'))
const opened: SpeechToText[] = []
afterAll(async () => {
  for (const engine of opened) await engine.close()
  rmSync(folder, {recursive: true})
})

const modelFile = (model: TinyModel): string => {
  const path = join(folder, `ggml-tiny-${opened.length}.bin`)
  writeFileSync(path, tinyWhisper(model))
  return path
}

const openTiny = async (model: TinyModel, queueLimit?: number): Promise<SpeechToText> => {
  const limit = queueLimit === undefined ? {} : {queueLimit}
  const engine = await openWhisper({modelPath: modelFile(model), device: 'cpu', threads: 1, ...limit})
  opened.push(engine)
  return engine
}

const hello: TinyModel = {says: [0, ' hello', 500]}

describe('what whisper.cpp hears', () => {
  it('gives the times of the model, forced into the audio and into order', async () => {
    const engine = await openTiny({says: [200, ' hello', 1000, 1200, ' world', 1400, 1400, ' again', 29_000]})
    expect((await engine.recognize(bursts(3))).segments).toEqual([
      {text: 'hello', startMs: 200, endMs: 1000},
      {text: 'world', startMs: 1200, endMs: 1400},
      {text: 'again', startMs: 1400, endMs: 3000},
    ])
  })

  it('hears long audio window by window, with times in the whole', async () => {
    const engine = await openTiny(hello)
    const {segments, text} = await engine.recognize(bursts(65))
    expect(text).toBe('hello hello hello')
    expect(segments[0]).toEqual({text: 'hello', startMs: 0, endMs: 500})
    for (const {startMs, endMs} of segments.slice(1)) {
      // Cut in the pause that ends each second.
      expect(startMs % 1000).toBeGreaterThan(700)
      expect(endMs - startMs).toBe(500)
    }
  })

  it('cuts to the window of the model, which its file tells', async () => {
    const engine = await openTiny({...hello, audioPositions: 512})
    const {segments} = await engine.recognize(bursts(31))
    expect(segments.length).toBe(4)
    const starts = segments.map(({startMs}) => startMs)
    for (const [i, start] of starts.slice(1).entries()) expect(start - (starts[i] ?? 0)).toBeLessThanOrEqual(10_240)
  })

  it.each([
    [2, 'de'],
    [97, 'jv'],
  ])('reports the language it detects (number %i as %s)', async (detects, code) => {
    const engine = await openTiny({vocabulary: multilingual, detects, says: [0, ' Grüße', 500]})
    expect(await engine.recognize(bursts(1))).toMatchObject({text: 'Grüße', language: code})
    expect((await engine.recognize(bursts(1), {language: 'fr'})).language).toBe('fr')
    expect((await engine.recognize(new Float32Array(32_000))).language).toBe('und')
    await expect(engine.recognize(bursts(1), {language: 'yue'})).rejects.toMatchObject({code: 'USAGE'})
  })

  it('takes auto for English in an English-only model, and refuses other languages', async () => {
    const engine = await openTiny(hello)
    expect((await engine.recognize(bursts(1), {language: 'auto'})).language).toBe('en')
    await expect(engine.recognize(bursts(1), {language: 'de'})).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('English only'),
    })
  })

  it.each([
    [[0, '[BLANK_AUDIO]', 500], ''],
    [[0, ' [Music]', 500, 500, ' (laughs)', '.', 900], ''],
    [[0, ' [Music]', 500, 500, ' hello', 900], 'hello'],
    [[0, ' (laughs)', ' hello', 900], '(laughs) hello'],
  ])('leaves out segments that are annotations only: %j', async (says, text) => {
    const engine = await openTiny({says})
    const called: TranscriptSegment[] = []
    const transcript = await engine.recognize(bursts(1), {onSegment: segment => called.push(segment)})
    expect(transcript.text).toBe(text)
    expect(called).toEqual(transcript.segments)
    expect(called.length).toBe(text === '' ? 0 : 1)
  })

  it('invents nothing for silence and for steady noise', async () => {
    const engine = await openTiny(hello)
    for (const audio of [new Float32Array(48_000), noise(48_000, 0.001), noise(48_000, 0.1)]) {
      expect(await engine.recognize(audio, {language: 'en'})).toEqual({
        text: '',
        segments: [],
        language: 'en',
        audioMs: 3000,
      })
    }
  })
})

describe('calls of whisper.cpp that do not go through', () => {
  it('gives up a recognition under way at once, tells no more of it, and goes on with the next', async () => {
    const engine = await openTiny(hello)
    const controller = new AbortController()
    const told: TranscriptSegment[] = []
    const onSegment = (segment: TranscriptSegment): void => {
      told.push(segment)
      controller.abort()
    }
    const cancelled = engine.recognize(bursts(120), {signal: controller.signal, onSegment})
    const next = engine.recognize(bursts(2))
    await expect(cancelled).rejects.toMatchObject({code: 'CANCELLED'})
    expect(await next).toMatchObject({text: 'hello', audioMs: 2000})
    expect(told.length).toBe(1)
  })

  it('keeps a bounded queue, and takes out of it what is cancelled', async () => {
    const engine = await openTiny(hello, 1)
    const controller = new AbortController()
    const first = engine.recognize(bursts(1))
    const second = engine.recognize(bursts(2), {signal: controller.signal})
    await expect(engine.recognize(bursts(3))).rejects.toMatchObject({code: 'ENGINE_BUSY', retryable: true})
    controller.abort()
    await expect(second).rejects.toMatchObject({code: 'CANCELLED'})
    const third = engine.recognize(bursts(3))
    expect((await Promise.all([first, third])).map(({audioMs}) => audioMs)).toEqual([1000, 3000])
  })

  it('rejects what runs and what waits when it is closed, and waits for the native part', async () => {
    const engine = await openTiny(hello)
    const calls = [engine.recognize(bursts(61)), engine.recognize(bursts(1))]
    await turnOfTheLoop()
    const [, ...results] = await Promise.all([
      engine.close(),
      ...calls.map(call =>
        call.then(
          () => 'heard',
          ({code}) => code,
        ),
      ),
    ])
    expect(results).toEqual(['ENGINE_UNAVAILABLE', 'ENGINE_UNAVAILABLE'])
  })

  it('passes on what onSegment throws, and goes on', async () => {
    const engine = await openTiny(hello)
    const onSegment = (): void => {
      throw new Error('the listener failed')
    }
    await expect(engine.recognize(bursts(1), {onSegment})).rejects.toThrow('the listener failed')
    expect((await engine.recognize(bursts(1))).text).toBe('hello')
  })

  it('rejects when whisper.cpp fails, though its own promise never settles', async () => {
    const library = openLibrary('default')
    const {context} = await library.load(modelFile(hello), false)
    const pcm = new ArrayBuffer(64_000)
    await expect(library.run(context, pcm, {language: 'en', maxThreads: 1, bestOf: 99})).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringContaining('too many decoders'),
    })
    expect((await library.run(context, pcm, {language: 'en', maxThreads: 1})).result).toBe(' hello')
    await library.release(context)
  })

  it('can be cancelled while it starts', async () => {
    const modelPath = modelFile(hello)
    const controller = new AbortController()
    const starting = openWhisper({modelPath, device: 'cpu', threads: 1, signal: controller.signal})
    controller.abort()
    await expect(starting).rejects.toMatchObject({code: 'CANCELLED'})
  })
})

describe('where whisper.cpp runs', () => {
  it.each(['gpu', 'cuda:1', 'cpu:x', ''])('refuses the device "%s"', async device => {
    await expect(placeModel(modelFile(hello), device)).rejects.toMatchObject({code: 'CONFIG_INVALID'})
  })

  it('takes the device asked for or none, and of auto the best, and says why', async () => {
    const modelPath = modelFile(hello)
    const {library, context, ...best} = await placeModel(modelPath, 'auto')
    await library.release(context)
    for (const device of ['cuda', 'vulkan'] as const) {
      const placed = await placeModel(modelPath, device).catch(error => error)
      if (placed instanceof Error) {
        expect(placed).toMatchObject({code: 'ENGINE_UNAVAILABLE', message: expect.stringContaining(`"${device}"`)})
      } else {
        expect(placed.device).toBe(device)
        await placed.library.release(placed.context)
      }
    }
    if (best.device === 'cpu') expect(best.deviceReason).toMatch(/^no CUDA: .+; no Vulkan: .+/)
    else expect(best.deviceReason).toMatch(/^(CUDA|Vulkan|MTL|Metal)\d/)
  })

  it.each([
    [
      'CUDA0, NVIDIA GB10',
      [
        'ggml_cuda_init: found 1 CUDA devices:',
        'Device 0: NVIDIA GB10, compute capability 12.1, VMM: yes',
        'whisper_backend_init_gpu: using CUDA0 backend',
      ],
    ],
    [
      'Vulkan0, AMD Radeon RX 7900 XTX',
      [
        'ggml_vulkan: 0 = AMD Radeon RX 7900 XTX (RADV NAVI31) | uma: 0 | fp16: 1',
        'whisper_backend_init_gpu: using Vulkan0 backend',
      ],
    ],
    ['CUDA0', ['whisper_backend_init_gpu: using CUDA0 backend']],
    [
      undefined,
      ['whisper_backend_init_gpu: using CUDA0 backend', 'whisper_backend_init_gpu: failed to initialize CUDA0 backend'],
    ],
    [
      undefined,
      [
        'whisper_backend_init_gpu: device 0: CPU (type: 0)',
        'whisper_backend_init_gpu: no GPU found',
        'whisper_backend_init: using BLAS backend',
      ],
    ],
  ])('reads %s from the log', (backend, log) => {
    expect(gpuBackend(log)).toBe(backend)
  })
})

it('writes nothing of its own, and lets the process end', async () => {
  const script = join(import.meta.dirname, 'children/hear-and-close.ts')
  const args = ['--conditions=source', '--no-warnings', script, modelFile(hello)]
  const {stdout, stderr} = await promisify(execFile)(process.execPath, args, {timeout: 50_000})
  expect({stdout, stderr}).toEqual({stdout: '["hello","hello"]', stderr: ''})
})
