import {mkdirSync, writeFileSync} from 'node:fs'
import {basename, join, relative} from 'node:path'
import {readConfig} from '@essence/core/config/read'
import {type Settings, variables} from '@essence/core/config/schema'
import {openLocalRecognizer} from '@essence/core/engines/local-recognizer'
import {openSpeechEngine} from '@essence/core/engines/speech-engine'
import {vadDefaults} from '@essence/core/stt/vad/vad-parameters'
import {noGpuHere} from '@essence/core/stt/whisper-cpp/device'
import {describe, expect, it} from 'vitest'
import {bursts} from '../stt/bursts.ts'
import {tinyWhisper} from '../stt/ggml/tiny-ggml.ts'
import {tinyParakeet} from '../stt/whisper-cpp/tiny-parakeet.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()

const file = (name: string, content: Buffer): string => {
  const path = join(folder, 'models', name)
  mkdirSync(join(folder, 'models'), {recursive: true})
  writeFileSync(path, content)
  return path
}
const whisper = file('ggml-tiny.bin', tinyWhisper({says: [0, ' hello', 500]}))
const whisperOnly = file('ggml-tiny-bf16.bin', tinyWhisper({says: [0, ' hello', 500], bfloat16: true}))
const parakeet = file('ggml-parakeet-tdt-0.6b-v3-q8_0.bin', tinyParakeet({says: ['▁hello']}))

const infoOf = async (options: Omit<Parameters<typeof openSpeechEngine>[0], 'threads'>) => {
  const engine = await openSpeechEngine({...options, threads: 1})
  await engine.close()
  return engine.info
}

describe('openSpeechEngine', () => {
  it('takes ONNX Runtime on the CPU, and says why the CPU', async () => {
    expect(await infoOf({modelPath: whisper, device: {backend: 'cpu'}})).toMatchObject({
      engine: 'whisper',
      device: 'cpu',
      deviceReason: '"cpu" was asked for',
    })
    const reasons = noGpuHere()
    if (reasons === undefined) return
    expect(await infoOf({modelPath: whisper, device: {backend: 'auto'}})).toMatchObject({
      engine: 'whisper',
      deviceReason: reasons,
    })
  })

  it('takes whisper.cpp on the CPU for weights that only it reads, and says so', async () => {
    expect(await infoOf({modelPath: whisperOnly, device: {backend: 'cpu'}})).toMatchObject({
      engine: 'whisper.cpp',
      device: 'cpu',
      deviceReason: '"cpu" was asked for; not on ONNX Runtime: its weights are of a type (30) only whisper.cpp reads',
    })
  })

  it.each([
    ['whisper', whisper],
    ['whisper.cpp', whisperOnly],
    ['parakeet', parakeet],
  ])('says which file %s opened', async (engine, modelPath) => {
    const info = await infoOf({modelPath: relative(process.cwd(), modelPath), device: {backend: 'cpu'}})
    expect(info).toMatchObject({engine, model: basename(modelPath), modelPath})
  })

  it('takes the engine that was asked for', async () => {
    expect(await infoOf({modelPath: whisper, device: {backend: 'cpu'}, engine: 'whisper.cpp'})).toMatchObject({
      engine: 'whisper.cpp',
    })
    expect(await infoOf({modelPath: whisper, device: {backend: 'auto'}, engine: 'whisper'})).toMatchObject({
      engine: 'whisper',
    })
    expect(await infoOf({modelPath: parakeet, device: {backend: 'cpu'}})).toMatchObject({engine: 'parakeet'})
    expect(await infoOf({modelPath: parakeet, device: {backend: 'cpu'}, engine: 'parakeet'})).toMatchObject({
      engine: 'parakeet',
    })
  })

  it.each([
    [
      {modelPath: parakeet, device: {backend: 'cpu'}, engine: 'whisper'},
      'is a Parakeet model, which whisper does not load',
    ],
    [{modelPath: parakeet, device: {backend: 'cpu'}, engine: 'whisper.cpp'}, 'is a Parakeet model'],
    [{modelPath: whisper, device: {backend: 'cpu'}, engine: 'parakeet'}, 'is a Whisper model'],
    [{modelPath: whisper, device: {backend: 'cuda'}, engine: 'whisper'}, 'computes on the CPU only'],
  ] as const)('refuses what does not go together: %j', async (options, message) => {
    await expect(infoOf(options)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(message),
    })
  })

  it('leaves a GPU that is asked for and not there to be an error', async () => {
    if (noGpuHere() === undefined) return
    await expect(infoOf({modelPath: whisper, device: {backend: 'cuda'}})).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
    })
  })
})

describe('openLocalRecognizer', () => {
  const settingsOf = async (env: Record<string, string> = {}): Promise<Settings> => {
    const places = {JUNE_DATA_DIR: join(folder, 'data'), MODEL_CACHE_DIR: join(folder, 'models'), ENV_SH: '/dev/null'}
    return (await readConfig({env: {STT_THREADS: '1', STT_DEVICE: 'cpu', ...places, ...env}})).settings
  }
  const open = async (env: Record<string, string> = {}) => openLocalRecognizer(await settingsOf(env))

  it('takes the Parakeet model that is there where the engine is named and no model', async () => {
    const stt = await open({STT_ENGINE: 'parakeet', STT_ENABLE_VAD: 'false'})
    expect(stt.info).toMatchObject({engine: 'parakeet', model: 'ggml-parakeet-tdt-0.6b-v3-q8_0.bin'})
    expect((await stt.recognize(bursts(1))).text).toBe('hello')
    await stt.close()
    await expect(open({STT_ENGINE: 'parakeet', MODEL_CACHE_DIR: join(folder, 'none')})).rejects.toMatchObject({
      code: 'MODEL_MISSING',
      suggestions: expect.arrayContaining([expect.stringContaining('essence models download')]),
    })
  })

  it('cuts no longer than STT_VAD_MAX_SPEECH_DURATION_S, else STT_CHUNK_LENGTH', async () => {
    const windows = async (env: Record<string, string>) => {
      const stt = await open({STT_MODEL: whisper, STT_ENABLE_VAD: 'false', ...env})
      const {segments} = await stt.recognize(bursts(9))
      await stt.close()
      return segments.length
    }
    expect(await windows({})).toBe(1)
    expect(await windows({STT_CHUNK_LENGTH: '3'})).toBeGreaterThanOrEqual(3)
    expect(await windows({STT_CHUNK_LENGTH: '3', STT_VAD_MAX_SPEECH_DURATION_S: '20'})).toBe(1)
  })

  it('refuses a prompt or hot words where the engine takes none, and a detector that is not there', async () => {
    for (const env of [{STT_PROMPT: 'June'}, {STT_HOT_WORDS: 'June, Essence'}])
      await expect(open({STT_MODEL: parakeet, ...env})).rejects.toMatchObject({code: 'USAGE'})
    await expect(open({STT_VAD_MODEL: 'no-such-vad'})).rejects.toMatchObject({code: 'MODEL_MISSING'})
    const stt = await open({STT_MODEL: whisper, STT_PROMPT: 'June', STT_HOT_WORDS: 'Essence'})
    await stt.close()
  })

  it('tells people the thresholds that are the case where none are set', () => {
    expect(variables.STT_VAD_THRESHOLD.unset).toBe(String(vadDefaults.threshold))
    expect(variables.STT_VAD_MIN_SPEECH_DURATION_MS.unset).toBe(String(vadDefaults.minSpeechDurationMs))
    expect(variables.STT_VAD_MIN_SILENCE_DURATION_MS.unset).toBe(String(vadDefaults.minSilenceDurationMs))
    expect(variables.STT_VAD_SPEECH_PAD_MS.unset).toBe(String(vadDefaults.speechPadMs))
  })
})
