import type {PcmChunk, Style, SynthesisOptions, TextToSpeech} from '@essence/core/tts/port'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {loudness, truePeak} from '../audio/meters.ts'
import {collected} from '../collected.ts'
import {joined, medianPitch} from './pitch.ts'

const sentence = 'Hello there, how are you today? We are all well here, I am in no hurry.'

/** What every synthesiser must do; run it against each engine behind the port. */
export const conformsToTextToSpeech = (name: string, open: () => Promise<TextToSpeech>): void => {
  describe(`${name} keeps the text-to-speech port's promises`, () => {
    let engine: TextToSpeech
    beforeAll(async () => {
      engine = await open()
    })
    afterAll(() => engine.close())

    const speak = (text: string, options?: SynthesisOptions): Promise<PcmChunk[]> =>
      collected(engine.synthesize(text, options))
    const seconds = (chunks: PcmChunk[]): number => chunks.reduce((sum, c) => sum + c.pcm.length / c.sampleRate, 0)
    const level = (chunks: PcmChunk[]): number => {
      const samples = joined(chunks)
      return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
    }

    it('says what it is', () => {
      expect(engine.info.engine).not.toBe('')
      expect(engine.info.deviceReason).not.toBe('')
    })

    it('gives audible samples within −1..1 at one rate', async () => {
      const chunks = await speak(sentence)
      expect(chunks.length).toBeGreaterThan(1)
      expect(new Set(chunks.map(c => c.sampleRate)).size).toBe(1)
      for (const {pcm} of chunks) {
        expect(pcm).toBeInstanceOf(Float32Array)
        expect(pcm.length).toBeGreaterThan(0)
        expect(pcm.every(sample => sample >= -1 && sample <= 1)).toBe(true)
      }
      expect(level(chunks)).toBeGreaterThan(0.01)
    })

    it('takes an option that is undefined for one that is absent', async () => {
      const names = ['voice', 'language', 'speed', 'pitch', 'volume', 'style', 'ssml', 'signal'] as const
      const options = Object.fromEntries(names.map(name => [name, undefined]))
      expect(seconds(await speak(sentence, options))).toBeCloseTo(seconds(await speak(sentence)))
    })

    it('takes longer for more text, and less at more speed', async () => {
      const [one, two, fast, slow] = await Promise.all([
        speak(sentence),
        speak(`${sentence} ${sentence}`),
        speak(sentence, {speed: 2}),
        speak(sentence, {speed: 0.5}),
      ])
      expect(seconds(two) / seconds(one)).toBeCloseTo(2, 0)
      expect(seconds(fast) / seconds(one)).toBeLessThan(0.7)
      expect(seconds(slow) / seconds(one)).toBeGreaterThan(1.4)
    })

    it('moves its pitch as asked', async () => {
      const [low, normal, high] = await Promise.all(
        [-12, 0, 12].map(async pitch => {
          const chunks = await speak(sentence, {pitch})
          return medianPitch(joined(chunks), chunks[0]?.sampleRate ?? 0)
        }),
      )
      // At least a fifth (7 semitones) each way.
      expect(high).toBeGreaterThan((normal ?? 0) * 1.5)
      expect(low).toBeLessThan((normal ?? 0) / 1.5)
    })

    it('is louder and quieter as asked, silent at 0', async () => {
      const [full, half, none] = await Promise.all([1, 0.5, 0].map(volume => speak(sentence, {volume})))
      expect(level(half ?? []) / level(full ?? [])).toBeCloseTo(0.5, 1)
      expect(level(none ?? [])).toBe(0)
      expect(seconds(none ?? [])).toBeCloseTo(seconds(full ?? []), 0)
    })

    it('has the loudness of all speech, and a true peak below -1 dBTP', async () => {
      for (const options of [{}, {speed: 1.4}, {pitch: 4}]) {
        const chunks = await speak(sentence, options)
        const [samples, rate] = [joined(chunks), chunks[0]?.sampleRate ?? 0]
        expect(samples.length / rate).toBeGreaterThan(2)
        expect(Math.abs(loudness(samples, rate) + 18)).toBeLessThan(1)
        expect(20 * Math.log10(truePeak(samples))).toBeLessThan(-1)
      }
    })

    it('speaks in styles: faster and louder when excited, slower and softer when sad', async () => {
      const style = async (name: Style): Promise<{length: number; loudness: number}> => {
        const chunks = await speak(sentence, {style: name})
        const samples = joined(chunks)
        return {length: seconds(chunks), loudness: loudness(samples, chunks[0]?.sampleRate ?? 0)}
      }
      const [neutral, excited, sad] = [await style('neutral'), await style('excited'), await style('sad')]
      expect(excited.length / neutral.length).toBeLessThan(0.93)
      expect(sad.length / neutral.length).toBeGreaterThan(1.07)
      expect(sad.loudness).toBeLessThan(neutral.loudness - 2)
      expect(excited.loudness).toBeGreaterThan(neutral.loudness)
    })

    it('refuses a style it does not know', async () => {
      await expect(speak('Hello', {style: 'furious' as Style})).rejects.toMatchObject({code: 'USAGE'})
    })

    it('reads SSML: a break is silence of its length, markup is not read out', async () => {
      const words = async (inside: string): Promise<number> =>
        seconds(await speak(`<speak>One, two.${inside} Three, four.</speak>`, {ssml: true}))
      const [without, with2s, with4s] = [
        await words(''),
        await words('<break time="2s"/>'),
        await words('<break time="4s"/>'),
      ]
      expect(with4s - with2s).toBeCloseTo(2, 1)
      expect(with2s - without).toBeGreaterThan(1.2)
      expect(with2s - without).toBeLessThan(2.1)
      const slow = await speak('<speak><prosody rate="50%">One, two. Three, four.</prosody></speak>', {ssml: true})
      expect(seconds(slow) / without).toBeGreaterThan(1.5)
    })

    it('gives the silence that markup of pauses alone asks for', async () => {
      const chunks = await speak('<speak><break time="2s"/> <p><break time="500ms"/>…</p></speak>', {ssml: true})
      expect(seconds(chunks)).toBeCloseTo(2.5, 2)
      expect(level(chunks)).toBe(0)
      expect(await speak('<speak><break time="0s"/></speak>', {ssml: true})).toEqual([])
    })

    it.each([
      'no markup',
      '<speak>open',
      '<speak><p>x</speak>',
      '<speak><audio src="x"/></speak>',
      '<speak>&x;</speak>',
    ])('refuses %j as SSML, and says where', async text => {
      await expect(speak(text, {ssml: true})).rejects.toMatchObject({
        code: 'USAGE',
        message: expect.stringMatching(/line 1, column \d+/),
      })
    })

    it('joins its clauses without a click: no jump is larger where sound meets silence than within the sound', async () => {
      const chunks = await speak(`${sentence} ${sentence}`)
      const samples = joined(chunks)
      // Silence of 100 ms is a pause of ours; shorter ones are the engine's own.
      const pause = (chunks[0]?.sampleRate ?? 0) / 10
      let [within, silent] = [0, 0]
      const joins: number[] = []
      for (let at = 1; at < samples.length; at++) {
        const jump = Math.abs((samples[at] ?? 0) - (samples[at - 1] ?? 0))
        const next = samples.subarray(at, at + pause)
        if (samples[at] !== 0 && silent >= pause) joins.push(jump)
        else if (samples[at] === 0 && silent === 0 && next.every(sample => sample === 0)) joins.push(jump)
        else within = Math.max(within, jump)
        silent = samples[at] === 0 ? silent + 1 : 0
      }
      expect(joins.length).toBeGreaterThan(2)
      // The edge itself is faded: its steps are small against the steps of speech.
      expect(Math.max(...joins)).toBeLessThan(within / 20)
    })

    it.each(['', ' \n\t ', '...', '—', '!?', '« »'])('gives no chunk for %j', async text => {
      expect(await speak(text)).toHaveLength(0)
    })

    it.each([
      {speed: 0.49},
      {speed: 2.01},
      {speed: Number.NaN},
      {pitch: -12.5},
      {pitch: 13},
      {volume: -0.1},
      {volume: 1.1},
      {volume: Number.POSITIVE_INFINITY},
    ])('refuses %o', async options => {
      await expect(speak('Hello', options)).rejects.toMatchObject({code: 'USAGE'})
    })

    it('speaks with each of the first voices it lists, by id and by language', async () => {
      const voices = await engine.voices()
      expect(voices.length).toBeGreaterThan(0)
      expect(new Set(voices.map(({id}) => id)).size).toBe(voices.length)
      for (const {id, language} of voices.slice(0, 3)) {
        expect(seconds(await speak('a e i o u', {voice: id}))).toBeGreaterThan(0)
        expect(seconds(await speak('a e i o u', {voice: language}))).toBeGreaterThan(0)
      }
    })

    it('refuses a voice it does not have and names the nearest', async () => {
      const [{id} = {id: ''}] = await engine.voices()
      await expect(speak('Hello', {voice: 'qqqqqqqq'})).rejects.toMatchObject({code: 'VOICE_UNKNOWN'})
      await expect(speak('Hello', {voice: `${id}q`})).rejects.toMatchObject({
        code: 'VOICE_UNKNOWN',
        suggestions: expect.arrayContaining([expect.stringContaining(`"${id}"`)]),
      })
    })

    it('speaks on with its own voice for a language it does not have', async () => {
      expect(seconds(await speak('Hello', {language: 'qq'}))).toBeGreaterThan(0)
    })

    it('stops at an abort before the start, between chunks, and says CANCELLED', async () => {
      await expect(speak(sentence, {signal: AbortSignal.abort()})).rejects.toMatchObject({code: 'CANCELLED'})
      const abort = new AbortController()
      let chunks = 0
      const reading = async (): Promise<void> => {
        for await (const _ of engine.synthesize(sentence.repeat(100), {signal: abort.signal})) {
          chunks++
          abort.abort()
        }
      }
      await expect(reading()).rejects.toMatchObject({code: 'CANCELLED'})
      expect(chunks).toBe(1)
    })

    it('stops when its listener leaves, and speaks on for the others', async () => {
      for await (const _ of engine.synthesize(sentence.repeat(100))) break
      expect(seconds(await speak(sentence))).toBeGreaterThan(1)
    })

    it('keeps concurrent calls apart', async () => {
      const texts = ['One.', 'One two three four five six.', sentence]
      const alone: number[] = []
      for (const text of texts) alone.push(seconds(await speak(text)))
      const together = await Promise.all(texts.map(async text => seconds(await speak(text))))
      for (const [i, length] of together.entries()) expect(length).toBeCloseTo(alone[i] ?? 0, 1)
    })

    it.each([
      ['control characters', 'one\u0000two\u0001\u001b[31m three\u0007'],
      ['lone surrogates', 'one \ud800 two \udc00'],
      ['private-use and unassigned characters', 'one \ue000\ufffe\u{10ffff} two'],
      ['markup', 'one <break time="60s"/> [[h@l]] &amp; <speak> two'],
      ['a word of 2,000 letters', 'a'.repeat(2000)],
      ['stacked accents', `o${'\u0301'.repeat(500)}ne`],
    ])('speaks text with %s', async (_, text) => {
      const chunks = await speak(text)
      expect(seconds(chunks)).toBeGreaterThan(0)
    })

    it('may be closed twice', async () => {
      const another = await open()
      await another.close()
      await another.close()
    })
  })
}
