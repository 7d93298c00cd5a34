import {execFileSync} from 'node:child_process'
import {cp} from 'node:fs/promises'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {Worker} from 'node:worker_threads'
import {changeTempo} from '@essence/core/audio/dsp/stretch'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import type {PcmChunk, SynthesisOptions, TextToSpeech} from '@essence/core/tts/port'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import {collected} from '../../collected.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {conformsToTextToSpeech} from '../conformance.ts'
import {joined, medianPitch, pitchAt} from '../pitch.ts'

const openSpeech = async (): Promise<TextToSpeech> => textToSpeech(await openEspeak())

conformsToTextToSpeech('espeak-ng', openSpeech)

describe('espeak-ng', () => {
  let engine: TextToSpeech
  beforeAll(async () => {
    engine = await openSpeech()
  })
  afterAll(() => engine.close())

  const pitchOf = async (text: string, options: SynthesisOptions): Promise<number> => {
    const chunks = await collected(engine.synthesize(text, options))
    return medianPitch(joined(chunks), chunks[0]?.sampleRate ?? 0)
  }
  const samplesOf = async (text: string, options: SynthesisOptions = {}): Promise<number> =>
    joined(await collected(engine.synthesize(text, options))).length

  const sentence = 'Hello there, how are you today? We are all well here, I am in no hurry.'

  it.each([
    ['en-us', [-12, -9, -5, 5, 9, 12]],
    ['en-us+f3', [-12, 12]],
    ['de', [-12, 12]],
  ])('shifts %s by the semitones asked for, an octave up and down', async (voice, pitches) => {
    const normal = await pitchOf(sentence, {voice})
    for (const pitch of pitches) {
      const moved = 12 * Math.log2((await pitchOf(sentence, {voice, pitch})) / normal)
      expect(Math.abs(moved - pitch), `${pitch} semitones`).toBeLessThan(1)
    }
  })

  it('has the pitch of the voice at each place of what was stretched to twice the speed', async () => {
    const chunks = await collected(engine.synthesize(sentence))
    const [whole, rate] = [joined(chunks), chunks[0]?.sampleRate ?? 0]
    const fast = await changeTempo(whole, rate, 2)
    const moves: number[] = []
    for (let at = 0.1; at < fast.length / rate - 0.1; at += 0.01) {
      const [own, wanted] = [pitchAt(fast, rate, at), pitchAt(whole, rate, 2 * at)]
      if (own && wanted) moves.push(Math.abs(12 * Math.log2(own / wanted)))
    }
    moves.sort((a, b) => a - b)
    expect(moves.length).toBeGreaterThan(30)
    expect(moves[Math.floor(moves.length / 2)]).toBeLessThan(0.5)
  })

  it('has female voices, higher than the male ones', async () => {
    const voices = await engine.voices()
    expect(voices).toContainEqual({id: 'de', name: 'German', language: 'de', gender: 'male', sampleRate: 22_050})
    expect(voices).toContainEqual({
      id: 'de+f3',
      name: 'German, female',
      language: 'de',
      gender: 'female',
      sampleRate: 22_050,
    })
    const [male, female] = [await pitchOf('Good morning', {}), await pitchOf('Good morning', {voice: 'en-us+f3'})]
    expect(female / male).toBeGreaterThan(1.5)
  })

  it('finds a voice by language and region', async () => {
    const text = 'Water and bath, neither tomato.'
    const [british, english, german] = [
      await samplesOf(text, {voice: 'en-gb'}),
      await samplesOf(text, {voice: 'en'}),
      await samplesOf(text, {voice: 'de_AT'}),
    ]
    expect(Math.abs(british - english)).toBeLessThan(500)
    expect(Math.abs(british - german)).toBeGreaterThan(500)
    expect(Math.abs(german - (await samplesOf(text, {voice: 'de'})))).toBeLessThan(500)
    // A language alone is only a hint: the default voice stays where it speaks it.
    expect(Math.abs(german - (await samplesOf(text, {language: 'de'})))).toBeLessThan(500)
    expect(Math.abs((await samplesOf(text, {language: 'en'})) - (await samplesOf(text)))).toBeLessThan(500)
  })

  it('has Mandarin as zh, and Bokmål as Norwegian', async () => {
    const own = await openEspeak()
    expect(own.voices).toContainEqual(expect.objectContaining({id: 'cmn', language: 'zh'}))
    expect(['zh', 'zh-CN', 'zh_Hans_CN', 'cmn', 'no', 'nb-NO', 'deu', 'iw'].map(own.resolve)).toEqual([
      'cmn',
      'cmn',
      'cmn',
      'cmn',
      'nb',
      'nb',
      'de',
      'he',
    ])
    // Whatever language is listed is understood, and gives a voice of that language.
    for (const {language} of own.voices) {
      expect(own.voices.find(({id}) => id === own.resolve(language))?.language).toBe(language)
    }
    await own.close()
  })

  it('refuses a variant it does not have', async () => {
    await expect(samplesOf('Hello', {voice: 'en-us+f33'})).rejects.toMatchObject({
      code: 'VOICE_UNKNOWN',
      suggestions: expect.arrayContaining(['Did you mean "f3"?']),
    })
    await expect(openEspeak({defaultVoice: 'klingonese'})).rejects.toMatchObject({code: 'VOICE_UNKNOWN'})
  })

  it('takes markup as text: no pause, no phonemes, no entity', async () => {
    expect(await samplesOf('one <break time="60s"/> two')).toBeLessThan(22_050 * 10)
    expect(await samplesOf('&amp;')).toBeGreaterThan(await samplesOf('&'))
    expect(await samplesOf("[[h@l'oU h@l'oU h@l'oU]]")).toBeGreaterThan(22_050)
  })

  it('computes 100 kB as it is listened to, not ahead', async () => {
    const text = 'This sentence is one of very many. '.repeat(3000)
    let samples = 0
    for await (const {pcm} of engine.synthesize(text)) {
      samples += pcm.length
      if (samples > 22_050 * 60) break
    }
    // Had the whole text been queued, its two hours would still be computing.
    expect(await samplesOf('Next, please.')).toBeGreaterThan(0)
    expect(samples).toBeLessThan(22_050 * 65)
  })

  it('speaks or skips any text', async () => {
    const text = fc.oneof(fc.string({unit: 'binary', maxLength: 60}), fc.string({unit: 'grapheme', maxLength: 60}))
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom('en-us', 'de', 'ar', 'ja', 'en-us+f3'), async (anything, voice) => {
        for await (const {pcm} of engine.synthesize(anything, {voice})) {
          expect(pcm.every(sample => Math.abs(sample) <= 1)).toBe(true)
        }
      }),
      {numRuns: 60},
    )
  })

  it('says what is missing where its package is left out', async () => {
    const folder = temporaryFolder()
    const source = new URL('../../../src/', import.meta.url)
    for (const room of ['kit', 'text', 'compute', 'tts'])
      await cp(new URL(room, source), join(folder, room), {recursive: true})
    const espeak = JSON.stringify(pathToFileURL(join(folder, 'tts/espeak/espeak.ts')))
    const script = `const {openEspeak} = await import(${espeak}); await openEspeak().catch(e => console.log(e.code, e.message))`
    const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {encoding: 'utf8'})
    expect(said).toMatch(/^ENGINE_UNAVAILABLE .*@echogarden\/espeak-ng-emscripten/)
  })

  it('fails what waits when its thread dies, and starts another for the next call', async () => {
    const started: Worker[] = []
    const post = vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...message) {
      started.push(this)
      return original.apply(this, message)
    })
    const own = await openEspeak()
    const speak = (text: string): Promise<PcmChunk[]> =>
      collected(own.speak(text, {voice: 'en-us', speed: 1, pitch: 0, signal: new AbortController().signal}))
    const before = started.length
    const waiting = [1, 2].map(() => speak('A long story. '.repeat(200)))
    const failed = Promise.allSettled(waiting)
    await vi.waitFor(() => expect(started.length).toBe(before + 2))
    post.mockRestore()
    await started.at(-1)?.terminate()
    for (const outcome of await failed) {
      expect(outcome).toMatchObject({status: 'rejected', reason: {code: 'ENGINE_FAILED'}})
    }
    expect(await speak('Hello again.')).not.toHaveLength(0)
    await own.close()
    await expect(speak('Hello')).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
  })
})

const original = Worker.prototype.postMessage
