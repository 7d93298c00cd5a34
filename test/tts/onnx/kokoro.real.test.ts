import {rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {VoiceEngine} from '@essence/core/tts/engine'
import {openKokoro} from '@essence/core/tts/onnx/kokoro/kokoro'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {collected} from '../../collected.ts'
import {conformsToTextToSpeech} from '../conformance.ts'
import {spokenClause} from '../text/spoken-clause.ts'
import {kokoroVocabulary, tinyPiper, writeKokoro} from './tiny-voices.ts'

const open = (modelPath: string) => openKokoro({modelPath, threads: 1})

conformsToTextToSpeech('Kokoro', async () => textToSpeech(await open(await writeKokoro('tones'))))

describe('Kokoro', () => {
  let engine: VoiceEngine
  beforeAll(async () => {
    engine = await open(await writeKokoro('echo'))
  })
  afterAll(() => engine.close())

  it('lists its voices with language and gender; Japanese and Chinese ones it cannot pronounce are left out', () => {
    expect(engine.voices).toEqual([
      {id: 'af_heart', name: 'Heart, American English', language: 'en-us', gender: 'female', sampleRate: 24_000},
      {id: 'am_michael', name: 'Michael, American English', language: 'en-us', gender: 'male', sampleRate: 24_000},
      {id: 'bf_emma', name: 'Emma, British English', language: 'en-gb', gender: 'female', sampleRate: 24_000},
      {id: 'ff_siwis', name: 'Siwis, French', language: 'fr', gender: 'female', sampleRate: 24_000},
    ])
    expect(engine.defaultVoice).toBe('af_heart')
    expect([engine.voiceFor('en'), engine.voiceFor('en-GB'), engine.voiceFor('fr-CA'), engine.voiceFor('de')]).toEqual([
      'af_heart',
      'bf_emma',
      'ff_siwis',
      undefined,
    ])
    expect([engine.resolve('fr'), engine.resolve('AF_Heart')]).toEqual(['ff_siwis', 'af_heart'])
    expect(() => engine.resolve('af_hart')).toThrow(expect.objectContaining({code: 'VOICE_UNKNOWN'}))
  })

  it('gives the model tokens between pads, the style for their number, and the speed', async () => {
    const heard = [...(await spokenClause(engine, 'Hello world.', {voice: 'am_michael', speed: 1.5}))]
    const tokens = [...'həlˈO wˈɜɹld.'].map(symbol => kokoroVocabulary[symbol] ?? -1)
    expect(heard).toEqual([0, ...tokens, 0, 1, tokens.length, 1.5])
  })

  it('takes both exports there are: that of onnx-community, and that of kokoro-onnx', async () => {
    const other = await open(await writeKokoro('echo', undefined, 'tokens'))
    try {
      expect(await spokenClause(other, 'Hello world.')).toEqual(await spokenClause(engine, 'Hello world.'))
    } finally {
      await other.close()
    }
  })

  it('pronounces as the voice does', async () => {
    const of = async (voice: string): Promise<string> => {
      const symbols = Object.fromEntries(Object.entries(kokoroVocabulary).map(([symbol, id]) => [id, symbol]))
      return [...(await spokenClause(engine, 'Hello', {voice}))]
        .slice(1, -4)
        .map(id => symbols[id])
        .join('')
    }
    expect([await of('af_heart'), await of('bf_emma')]).toEqual(['həlˈO', 'həlˈQ'])
    expect(await of('ff_siwis')).not.toBe(await of('af_heart'))
  })

  it('cuts what is longer than the model takes, between words', async () => {
    const {signal} = new AbortController()
    const words = 'wonderful '.repeat(100)
    const pieces = await collected(engine.speak(words, {voice: 'af_heart', speed: 1, pitch: 0, signal}))
    expect(pieces.length).toBeGreaterThan(1)
    const tokens = pieces.map(({pcm}) => [...pcm].slice(1, -4))
    for (const [i, piece] of tokens.entries()) {
      expect(piece.length).toBeLessThanOrEqual(510)
      if (i < tokens.length - 1) expect(piece.at(-1)).toBe(kokoroVocabulary[' '])
      // The last row of 510 serves 510 tokens.
      expect(pieces[i]?.pcm.at(-2)).toBe(Math.min(piece.length, 509))
    }
    const whole = (await spokenClause(engine, 'wonderful')).slice(1, -4)
    expect(tokens.flat().filter(token => token === whole[1])).toHaveLength(100)
  })

  it('stops at an abort while it computes, and speaks on', async () => {
    const abort = new AbortController()
    const speaking = spokenClause(engine, 'Hello world.', {signal: abort.signal})
    abort.abort()
    await expect(speaking).rejects.toMatchObject({code: 'CANCELLED'})
    expect((await spokenClause(engine, 'Hello world.')).length).toBeGreaterThan(12)
  })

  it('says which file is missing or wrong', async () => {
    const path = await writeKokoro('echo')
    const root = dirname(dirname(path))
    await writeFile(join(root, 'voices/af_heart.bin'), new Uint8Array(1000))
    await expect(open(path)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('af_heart.bin'),
    })
    await rm(join(root, 'voices'), {recursive: true})
    await expect(open(path)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('lacks its voices'),
    })
    await writeFile(join(root, 'tokenizer.json'), '{}')
    await expect(open(path)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('tokenizer.json'),
    })
    const other = await writeKokoro('echo')
    await writeFile(other, tinyPiper('echo'))
    await expect(open(other)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('expected inputs input_ids or tokens (int64, rank 2)'),
    })
    const onlyJapanese = await writeKokoro('echo', ['jf_alpha'])
    await expect(open(onlyJapanese)).rejects.toMatchObject({code: 'MODEL_INVALID'})
  })
})
