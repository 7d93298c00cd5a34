import {createHash} from 'node:crypto'
import {mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {concatSamples} from '@essence/core/audio/pcm'
import {editDistance} from '@essence/core/kit/nearest'
import {juneNanoPath} from '@essence/core/stt/june-nano'
import type {SpeechToText} from '@essence/core/stt/port'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {noise} from '../audio/sounds.ts'
import {openSmallDisk} from '../kit/files/small-disk.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {openNano} from './nano.ts'
import {paragraph, spoken} from './spoken.ts'

const folder = temporaryFolder()

const modelBytes = 14_758_272

describe('juneNanoPath', () => {
  it('unpacks the model once, for many at the same time, and leaves nothing else', async () => {
    const cacheDir = join(folder, 'not/yet/there')
    const paths = await Promise.all(Array.from({length: 4}, () => juneNanoPath(cacheDir)))
    expect(new Set(paths).size).toBe(1)
    expect(readdirSync(cacheDir)).toEqual(['ggml-june-nano-q8_0.bin'])
    const {size, mtimeMs} = statSync(paths[0] ?? '')
    expect(size).toBe(modelBytes)
    expect(statSync(await juneNanoPath(cacheDir)).mtimeMs).toBe(mtimeMs)
  })

  it('mends a damaged one', async () => {
    const cacheDir = join(folder, 'damaged')
    mkdirSync(cacheDir)
    writeFileSync(join(cacheDir, 'ggml-june-nano-q8_0.bin'), Buffer.alloc(modelBytes))
    const path = await juneNanoPath(cacheDir)
    const digest = createHash('sha256').update(readFileSync(path)).digest('hex')
    expect(digest).toBe('96cbbc08a36c8047561c369ddaa40b30f870ac4d33e07ad376759de1f1e2f436')
  })

  it('says that the folder cannot be written', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    await expect(juneNanoPath(join(file, 'cache'))).rejects.toMatchObject({
      code: 'DATA_DIR_UNWRITABLE',
      message: expect.stringContaining(join(file, 'cache')),
    })
  })

  const disk = openSmallDisk()
  it.skipIf(!disk.mounted)(`says that the disk is full, and leaves nothing behind${disk.whyNot}`, async () => {
    await expect(juneNanoPath(disk.folder)).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringContaining(disk.folder),
    })
    expect(readdirSync(disk.folder)).toEqual([])
  })
})

describe('june-nano', () => {
  let engine: SpeechToText
  beforeAll(async () => {
    engine = await openNano(folder)
  })
  afterAll(() => engine.close())

  it('says that it is no recogniser for people', () => {
    expect(engine.info).toMatchObject({
      engine: 'whisper',
      model: 'june-nano',
      modelPath: expect.stringMatching(/^\/.*ggml-june-nano-q8_0\.bin$/),
      demo: expect.stringContaining('not people'),
    })
  })

  it('understands everyday sentences of its voice', async () => {
    const texts = [
      'what time is it',
      'what is the weather like in paris today',
      'please remind me to call my mother tomorrow',
      'set a timer for ten minutes',
      'the meeting starts at half past nine',
      'to be or not to be that is the question',
    ]
    for (const [i, audio] of (await spoken(texts)).entries()) {
      const text = texts[i] ?? ''
      const heard = await engine.recognize(audio, {language: 'en'})
      expect(similarity(heard.text, text), `${text} → ${heard.text}`).toBeGreaterThanOrEqual(0.8)
    }
  })

  it('understands what is longer than its window', async () => {
    const [audio = new Float32Array()] = await spoken([paragraph])
    const {text, segments, audioMs} = await engine.recognize(audio)
    expect(audioMs).toBeGreaterThan(20_480)
    expect(segments.length).toBeGreaterThan(2)
    expect(similarity(text, paragraph), text).toBeGreaterThanOrEqual(0.8)
  })

  it('says nothing twice where people pause', async () => {
    const texts = ['what time is it', 'where is it', 'is it late']
    const silence = new Float32Array(19_200)
    const sounds = (await spoken(texts)).flatMap(sound => [sound, silence])
    const audio = concatSamples(sounds)
    expect((await engine.recognize(audio, {language: 'en'})).text).toBe(texts.join(' '))
  })

  it('hears nothing where nothing is said', async () => {
    for (const audio of [new Float32Array(32_000), noise(32_000, 0.002)]) {
      expect((await engine.recognize(audio)).text).toBe('')
    }
  })
})

/** 1 for the same letters, 0 for nothing in common. */
const similarity = (heard: string, said: string): number => {
  const [a, b] = [heard, said].map(text => text.toLowerCase().replace(/[^a-z' ]/g, '')) as [string, string]
  return 1 - editDistance(a, b) / Math.max(a.length, b.length)
}
