import {execFile} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import type {SpeechEngine} from '@essence/core/stt/engine'
import {gpuBackend, noGpuHere, placeModel} from '@essence/core/stt/whisper-cpp/device'
import {openLibrary} from '@essence/core/stt/whisper-cpp/library'
import {openWhisperCpp} from '@essence/core/stt/whisper-cpp/whisper-cpp'
import {afterAll, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {bursts} from '../bursts.ts'
import {multilingual, type TinyModel, tinyWhisper} from '../ggml/tiny-ggml.ts'
import {transcribeOptions} from '../transcribe-options.ts'

const folder = temporaryFolder()
const opened: SpeechEngine[] = []
afterAll(async () => {
  for (const engine of opened) await engine.close()
})

const modelFile = (model: TinyModel): string => {
  const path = join(folder, `ggml-tiny-${opened.length}.bin`)
  writeFileSync(path, tinyWhisper(model))
  return path
}

const openTiny = async (model: TinyModel): Promise<SpeechEngine> => {
  const engine = await openWhisperCpp({modelPath: modelFile(model), device: {backend: 'cpu'}, threads: 1})
  opened.push(engine)
  return engine
}

const hello: TinyModel = {says: [0, ' hello', 500]}

describe('what whisper.cpp hears in a window', () => {
  it('gives the times of the model, forced into the window and into order', async () => {
    const engine = await openTiny({says: [200, ' hello', 1000, 1200, ' world', 1400, 1400, ' again', 29_000]})
    expect((await engine.transcribe(bursts(3), transcribeOptions())).segments).toEqual([
      {text: ' hello', startMs: 200, endMs: 1000},
      {text: ' world', startMs: 1200, endMs: 1400},
      {text: ' again', startMs: 1400, endMs: 3000},
    ])
  })

  it('knows the window of the model, which its file tells', async () => {
    expect((await openTiny(hello)).windowMs).toBe(30_000)
    expect((await openTiny({...hello, audioPositions: 512})).windowMs).toBe(10_240)
  })

  it.each([
    [2, 'de'],
    [97, 'jv'],
  ])('reports the language it detects (number %i as %s)', async (detects, code) => {
    const engine = await openTiny({vocabulary: multilingual, detects, says: [0, ' Grüße', 500]})
    expect(await engine.transcribe(bursts(1), transcribeOptions())).toMatchObject({
      segments: [{text: ' Grüße'}],
      language: code,
    })
    expect((await engine.transcribe(bursts(1), transcribeOptions({language: 'fr'}))).language).toBe('fr')
    expect((await engine.transcribe(bursts(1), transcribeOptions({language: 'jv'}))).language).toBe('jv')
    expect(engine.abilities.languages).toHaveLength(99)
    expect(engine.abilities.languages).not.toContain('yue')
  })

  it('takes auto for English in an English-only model, and knows no other language', async () => {
    const engine = await openTiny(hello)
    expect((await engine.transcribe(bursts(1), transcribeOptions())).language).toBe('en')
    expect(engine.abilities).toEqual({
      languages: ['en'],
      translate: false,
      words: false,
      prompt: true,
      confidence: false,
    })
  })

  it('tells Whisper to translate: the last token of what it is given is another one', async () => {
    const engine = await openTiny({vocabulary: multilingual, says: [0, ' hello', 800], translatesFrom: 400})
    expect(engine.abilities.translate).toBe(true)
    const startsAt = async (translate: boolean) =>
      (await engine.transcribe(bursts(1), transcribeOptions({language: 'de', translate}))).segments.map(
        ({startMs}) => startMs,
      )
    expect(await startsAt(false)).toEqual([0])
    expect(await startsAt(true)).toEqual([400])
  })

  it('tells no confidence: whisper.node does not pass on any probability', async () => {
    const engine = await openTiny(hello)
    const {segments} = await engine.transcribe(bursts(1), transcribeOptions())
    expect(Object.keys(segments[0] ?? {})).toEqual(['text', 'startMs', 'endMs'])
  })
})

describe('calls of whisper.cpp that do not go through', () => {
  it('rejects a window that is aborted once it has computed, and goes on with the next', async () => {
    const engine = await openTiny(hello)
    const controller = new AbortController()
    const cancelled = engine.transcribe(bursts(2), transcribeOptions({signal: controller.signal}))
    controller.abort()
    await expect(cancelled).rejects.toMatchObject({code: 'CANCELLED'})
    expect((await engine.transcribe(bursts(2), transcribeOptions())).segments).toMatchObject([{text: ' hello'}])
  })

  it('closes after the window under way, and as often as one likes', async () => {
    const engine = await openTiny(hello)
    const hearing = engine.transcribe(bursts(2), transcribeOptions())
    await Promise.all([engine.close(), engine.close()])
    expect((await hearing).segments).toHaveLength(1)
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
    const starting = openWhisperCpp({modelPath, device: {backend: 'cpu'}, threads: 1, signal: controller.signal})
    controller.abort()
    await expect(starting).rejects.toMatchObject({code: 'CANCELLED'})
  })
})

describe('where whisper.cpp runs', () => {
  it('refuses a card by its number', async () => {
    const second = {backend: 'cuda', index: 1} as const
    await expect(placeModel(modelFile(hello), second)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('cuda:1'),
    })
  })

  it('takes the device asked for or none, and of auto the best, and says why', async () => {
    const modelPath = modelFile(hello)
    const {library, context, ...best} = await placeModel(modelPath, {backend: 'auto'})
    await library.release(context)
    for (const device of ['cuda', 'vulkan'] as const) {
      const placed = await placeModel(modelPath, {backend: device}).catch(error => error)
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

  it('never takes the CPU where only a GPU will do', async () => {
    const placed = await placeModel(modelFile(hello), {backend: 'auto'}, {gpuOnly: true}).catch(error => error)
    if (placed instanceof Error)
      expect(placed).toMatchObject({code: 'ENGINE_UNAVAILABLE', message: expect.stringMatching(/^no /)})
    else {
      expect(placed.device).not.toBe('cpu')
      await placed.library.release(placed.context)
    }
  })

  it('says which GPUs cannot be here', () => {
    const reasons = noGpuHere()
    if (reasons !== undefined) expect(reasons).toMatch(/^no CUDA: .+; no Vulkan: .+/)
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
  const script = join(import.meta.dirname, 'children/transcribe-and-close.ts')
  const args = ['--conditions=essence-source', '--no-warnings', script, modelFile(hello)]
  const {stdout, stderr} = await promisify(execFile)(process.execPath, args, {timeout: 50_000})
  expect({stdout, stderr}).toEqual({stdout: '["hello","hello"]', stderr: ''})
})
