import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {SpeechEngine, TranscribeOptions} from '@essence/core/stt/engine'
import {juneNanoPath} from '@essence/core/stt/june-nano'
import {openWhisperCpp} from '@essence/core/stt/whisper-cpp/whisper-cpp'
import {openWhisperOnnx} from '@essence/core/stt/whisper-onnx/whisper-onnx'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {multilingual, type TinyModel, tinyWhisper} from '../ggml/tiny-ggml.ts'
import {spoken} from '../spoken.ts'
import {transcribeOptions} from '../transcribe-options.ts'

const folder = temporaryFolder()

const wanted = (options: Partial<TranscribeOptions> = {}): TranscribeOptions =>
  transcribeOptions({language: 'en', ...options})
const sentences = ['please remind me to call my mother tomorrow', 'set a timer for ten minutes']

describe('june-nano on ONNX Runtime', () => {
  let engine: SpeechEngine
  let sounds: Float32Array[]
  beforeAll(async () => {
    engine = await openWhisperOnnx({modelPath: await juneNanoPath(folder), threads: 1})
    sounds = await spoken(sentences)
  })
  afterAll(() => engine.close())

  it('says what it is', () => {
    expect(engine).toMatchObject({
      info: {engine: 'whisper', device: 'cpu'},
      windowMs: 10_240,
      abilities: {languages: ['en'], translate: false, words: true, prompt: true, confidence: true},
    })
  })

  it('hears sentences word for word, with confidences that differ', async () => {
    const confidences = new Set<number | undefined>()
    for (const [i, sound] of sounds.entries()) {
      const {segments, language} = await engine.transcribe(sound, wanted())
      expect(language).toBe('en')
      expect(segments.map(({text}) => text)).toEqual([sentences[i]])
      const [{confidence = 0, averageLogProbability = 1, endMs} = {endMs: 0}] = segments
      expect(confidence).toBeGreaterThan(0.8)
      expect(confidence).toBeLessThan(1)
      expect(averageLogProbability).toBeLessThan(0)
      expect(endMs).toBeLessThanOrEqual(sound.length / 16)
      confidences.add(confidence)
    }
    expect(confidences.size).toBe(sounds.length)
  })

  it('hears the same with the whole window', async () => {
    const whole = await openWhisperOnnx({modelPath: await juneNanoPath(folder), threads: 1, fullContext: true})
    try {
      for (const [i, sound] of sounds.entries())
        expect((await whole.transcribe(sound, wanted())).segments[0]?.text).toBe(sentences[i])
    } finally {
      await whole.close()
    }
  })

  it('is less certain of noise than of speech', async () => {
    const noise = Float32Array.from({length: 32_000}, (_, i) => Math.sin(i * i) * 0.1)
    const [loud] = (await engine.transcribe(noise, wanted({interim: true}))).segments
    const [speech] = (await engine.transcribe(sounds[0] ?? noise, wanted())).segments
    expect(loud?.averageLogProbability ?? Number.NEGATIVE_INFINITY).toBeLessThan(speech?.averageLogProbability ?? 0)
  })

  it('tells when words were said: later where silence stands before them', async () => {
    const [sound = new Float32Array()] = sounds
    const silence = 16_000
    const late = new Float32Array(silence + sound.length)
    late.set(sound, silence)
    const wordsOf = async (audio: Float32Array) =>
      (await engine.transcribe(audio, wanted({words: true}))).segments.flatMap(one => one.words ?? [])
    const [now, later] = [await wordsOf(sound), await wordsOf(late)]
    expect(now.map(({text}) => text).join(' ')).toBe(sentences[0])
    let reached = 0
    for (const {startMs, endMs, confidence} of now) {
      expect(startMs).toBeGreaterThanOrEqual(reached)
      expect(endMs).toBeGreaterThanOrEqual(startMs)
      expect(confidence).toBeGreaterThan(0)
      reached = endMs
    }
    expect(reached).toBeLessThanOrEqual(sound.length / 16)
    // "tomorrow" is said a second later; 150 ms is what alignment is good for.
    expect(Math.abs((later.at(-1)?.startMs ?? 0) - (now.at(-1)?.startMs ?? 0) - 1000)).toBeLessThanOrEqual(150)
  })

  it('takes a prompt as whisper.cpp does, also where the model was not taught to', async () => {
    const cpp = await openWhisperCpp({modelPath: await juneNanoPath(folder), device: {backend: 'cpu'}, threads: 1})
    try {
      for (const [i, sound] of sounds.entries()) {
        const options = wanted({prompt: 'hello june', interim: true})
        const [own, other] = [await engine.transcribe(sound, options), await cpp.transcribe(sound, options)]
        expect(own.segments[0]?.text).toBe(other.segments[0]?.text.trim())
        // It does make a difference.
        expect(own.segments[0]?.text).not.toBe(sentences[i])
      }
    } finally {
      await cpp.close()
    }
  })

  it('hears nothing in nothing', async () => {
    expect((await engine.transcribe(new Float32Array(), wanted())).segments).toEqual([])
  })

  it('stops when told, and hears the next', async () => {
    const stop = new AbortController()
    const given = engine.transcribe(sounds[0] ?? new Float32Array(), wanted({signal: stop.signal}))
    stop.abort()
    await expect(given).rejects.toMatchObject({code: 'CANCELLED'})
    const {segments} = await engine.transcribe(sounds[1] ?? new Float32Array(), wanted())
    expect(segments[0]?.text).toBe(sentences[1])
  })

  it('is unavailable once closed', async () => {
    const other = await openWhisperOnnx({modelPath: await juneNanoPath(folder), threads: 1})
    await Promise.all([other.close(), other.close()])
    await expect(other.transcribe(new Float32Array(1600), wanted())).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
  })
})

describe('models that say what a test wants', () => {
  const heard = async (model: TinyModel, options: Partial<TranscribeOptions> = {}, seconds = 4) => {
    const modelPath = join(folder, 'tiny.bin')
    writeFileSync(modelPath, tinyWhisper(model))
    const engine = await openWhisperOnnx({modelPath, threads: 1})
    try {
      return {engine, ...(await engine.transcribe(new Float32Array(seconds * 16_000), wanted(options)))}
    } finally {
      await engine.close()
    }
  }

  it('cuts segments at the times of the model', async () => {
    const {segments} = await heard({says: [0, ' hello', 1000, 1000, ' world', ' again', 2500]})
    expect(segments).toMatchObject([
      {text: 'hello', startMs: 0, endMs: 1000},
      {text: 'world again', startMs: 1000, endMs: 2500},
    ])
  })

  it('keeps times within the audio', async () => {
    const {segments} = await heard({says: [0, ' hello', 9000]}, {}, 2)
    expect(segments).toMatchObject([{text: 'hello', startMs: 0, endMs: 2000}])
  })

  it('writes letters beyond ASCII', async () => {
    expect((await heard({says: [0, ' Grüße', 1000]})).segments[0]?.text).toBe('Grüße')
  })

  it('detects the language, unless it is given', async () => {
    const model: TinyModel = {vocabulary: multilingual, says: [0, ' hello', 1000], detects: 2}
    const {engine, language, segments} = await heard(model, {language: 'auto'})
    expect(language).toBe('de')
    expect(segments[0]?.text).toBe('hello')
    expect(engine.abilities.languages).toHaveLength(99)
    expect(engine.abilities.translate).toBe(true)
    expect((await heard(model, {language: 'fr'})).language).toBe('fr')
  })
})

describe('files that cannot be used', () => {
  const opened = async (bytes: Uint8Array) => {
    const modelPath = join(folder, 'other.bin')
    writeFileSync(modelPath, bytes)
    const engine = await openWhisperOnnx({modelPath, threads: 1})
    await engine.close()
  }

  it('names what is wrong with them', async () => {
    const model = tinyWhisper({says: [' hello']})
    await expect(openWhisperOnnx({modelPath: join(folder, 'none.bin')})).rejects.toMatchObject({code: 'MODEL_MISSING'})
    await expect(opened(model.subarray(0, model.length - 64))).rejects.toMatchObject({code: 'MODEL_INVALID'})
    const renamed = Buffer.from(model)
    renamed.write('decoder.ln.weighs', renamed.lastIndexOf('decoder.ln.weight'))
    await expect(opened(renamed)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('decoder.ln.weight'),
    })
  })

  it('says which types of weights it does not read, and what does', async () => {
    const model = readFileSync(await juneNanoPath(folder))
    // The type of the first quantised matrix: 24 bytes of header stand before the name. Q8_0 → BF16 would change its size,
    // so the bytes of the file are moved to fit.
    const name = 'encoder.blocks.0.attn.query.weight'
    const at = model.indexOf(name)
    const typeAt = at - 12
    expect(model.readInt32LE(typeAt)).toBe(8)
    const [columns, rows] = [model.readInt32LE(at - 8), model.readInt32LE(at - 4)]
    const data = at + name.length
    const size = (columns * rows * 34) / 32
    const head = Buffer.from(model.subarray(0, data))
    head.writeInt32LE(30, typeAt)
    const bytes = Buffer.concat([head, Buffer.alloc(columns * rows * 2), model.subarray(data + size)])
    await expect(opened(bytes)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('(30)'),
      suggestions: [expect.stringContaining('whisper.cpp')],
    })
  })

  it('ends a start that is cancelled', async () => {
    const modelPath = await juneNanoPath(folder)
    await expect(openWhisperOnnx({modelPath, signal: AbortSignal.abort()})).rejects.toMatchObject({code: 'CANCELLED'})
  })
})
