import type {RecognitionEvent, SpeechToText, TranscriptSegment} from '@essence/core/stt/port'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {collected} from '../collected.ts'
import {pieces} from './scripted-engine.ts'
import {similarity} from './similarity.ts'

export interface ConformanceOptions {
  /** How alike a stream's finals and the batch transcript of the same 12 s are, 0..1; 0: what is heard depends on the cut. */
  alike?: number
}

/**
 * What every recogniser must do, whatever it is made of: in this process or behind a URL.
 * @param speech something it hears words in, of so many seconds, with pauses
 */
export const speechToTextConformance = (
  name: string,
  open: () => Promise<SpeechToText>,
  speech: (seconds: number) => Float32Array,
  {alike = 0}: ConformanceOptions = {},
): void => {
  describe(`${name} keeps the speech-to-text port's promises`, () => {
    let engine: SpeechToText
    beforeAll(async () => {
      engine = await open()
    })
    afterAll(() => engine.close())

    it('says what it is and where it runs', () => {
      expect(engine.info).toMatchObject({
        engine: expect.stringMatching(/./),
        model: expect.stringMatching(/./),
        device: expect.stringMatching(/^(cuda|vulkan|metal|cpu)$/),
        deviceReason: expect.stringMatching(/./),
      })
    })

    it.each([1.5, 12, 33])('hears %f s: text of segments in order, within the audio', async seconds => {
      const audio = speech(seconds)
      const called: TranscriptSegment[] = []
      const transcript = await engine.recognize(audio, {onSegment: segment => called.push(segment)})
      expect(transcript.audioMs).toBe(seconds * 1000)
      expect(transcript.language).toMatch(/^[a-z]{2,3}$/)
      expect(transcript.text).not.toBe('')
      expect(transcript.text).toBe(transcript.text.trim())
      expect(transcript.segments).toEqual(called)
      expect(transcript.segments.map(({text}) => text).join(' ')).toBe(transcript.text)
      let reached = 0
      for (const {text, startMs, endMs} of transcript.segments) {
        expect(text).toBe(text.trim())
        expect(startMs).toBeGreaterThanOrEqual(reached)
        expect(endMs).toBeGreaterThanOrEqual(startMs)
        reached = endMs
      }
      expect(reached).toBeLessThanOrEqual(transcript.audioMs)
      expect(reached).toBeGreaterThan(0)
    })

    it.each([0, 1, 1599])('hears nothing in %i samples', async samples => {
      const called: TranscriptSegment[] = []
      const audio = new Float32Array(samples).fill(0.5)
      const transcript = await engine.recognize(audio, {onSegment: segment => called.push(segment)})
      expect(transcript).toMatchObject({text: '', segments: [], audioMs: Math.round(samples / 16)})
      expect(called).toEqual([])
    })

    it('does not change the audio, and hears the same in the same', async () => {
      const audio = speech(2)
      const before = audio.slice()
      const first = await engine.recognize(audio, {language: 'en'})
      const second = await engine.recognize(audio, {language: 'en'})
      expect(audio).toEqual(before)
      expect(second).toEqual(first)
    })

    it('bears samples beyond −1..1 and such that are no numbers', async () => {
      const audio = speech(1).map((sample, i) =>
        i % 100 === 0 ? ([Number.NaN, Infinity, -3][i % 3] ?? 0) : sample * 5,
      )
      expect((await engine.recognize(audio)).audioMs).toBe(1000)
    })

    it('reports the language asked for, region left out, and refuses one that is none', async () => {
      expect((await engine.recognize(speech(1), {language: 'en'})).language).toBe('en')
      expect((await engine.recognize(speech(1), {language: 'en-US'})).language).toBe('en')
      for (const language of ['xx', '', 'english please']) {
        await expect(engine.recognize(speech(1), {language})).rejects.toMatchObject({code: 'USAGE'})
      }
    })

    it('takes an option that is undefined for one that is absent', async () => {
      const names = ['language', 'prompt', 'hotWords', 'translate', 'words', 'vad', 'onSegment', 'signal'] as const
      const options = Object.fromEntries(names.map(name => [name, undefined]))
      expect(await engine.recognize(speech(1.5), options)).toEqual(await engine.recognize(speech(1.5)))
    })

    it('says what it can do, and refuses the rest', async () => {
      const {languages, translate, words, prompt} = engine.abilities
      expect(languages.length).toBeGreaterThan(0)
      for (const language of languages) expect(language).toMatch(/^[a-z]{2,3}$/)
      const asked = [
        [translate, {translate: true}],
        [words, {words: true}],
        [prompt, {prompt: 'June'}],
        [prompt, {hotWords: ['Essence', 'DGX Spark']}],
        [languages.includes('sw'), {language: 'sw'}],
      ] as const
      for (const [able, options] of asked) {
        const [batch, stream] = await Promise.allSettled([
          engine.recognize(speech(1.5), options),
          collected(engine.stream(pieces(speech(1.5), 1600), options)),
        ])
        for (const result of [batch, stream]) {
          expect(result.status).toBe(able ? 'fulfilled' : 'rejected')
          if (result.status === 'rejected') expect(result.reason).toMatchObject({code: 'USAGE'})
        }
      }
    })

    it('tells how sure it is, where it can: between 0 and 1, and not always the same', async () => {
      const transcripts = [await engine.recognize(speech(33)), await engine.recognize(speech(1.5))]
      const segments = transcripts.flatMap(transcript => transcript.segments)
      const confidences = [...transcripts, ...segments].map(({confidence}) => confidence)
      if (!engine.abilities.confidence) return expect(new Set(confidences)).toEqual(new Set([undefined]))
      for (const confidence of confidences) {
        expect(confidence).toBeGreaterThan(0)
        expect(confidence).toBeLessThanOrEqual(1)
      }
      expect(new Set(confidences).size).toBeGreaterThan(1)
    })

    it('gives times of words where it can, in order, within their segments, and all of the text', async ({skip}) => {
      if (!engine.abilities.words) return skip('this engine has no times of words')
      const {segments} = await engine.recognize(speech(12), {words: true})
      expect(segments.length).toBeGreaterThan(0)
      for (const {text, startMs, endMs, words = []} of segments) {
        expect(words.map(word => word.text).join('')).toBe(text.replace(/\s+/g, ''))
        let reached = startMs
        for (const word of words) {
          expect(word.startMs).toBeGreaterThanOrEqual(reached)
          expect(word.endMs).toBeGreaterThanOrEqual(word.startMs)
          reached = word.endMs
        }
        expect(reached).toBeLessThanOrEqual(endMs)
      }
      const without = await engine.recognize(speech(2))
      expect(without.segments.every(segment => segment.words === undefined)).toBe(true)
    })

    it('takes a prompt, also one that makes no sense', async ({skip}) => {
      if (!engine.abilities.prompt) return skip('this engine takes no prompt')
      for (const prompt of ['June, Essence.', '', '漢字 \0 🜁', 'word '.repeat(3000)]) {
        expect((await engine.recognize(speech(1), {prompt})).audioMs).toBe(1000)
      }
    })

    it('answers concurrent calls each with its own', async () => {
      const lengths = [1, 2.5, 4]
      const transcripts = await Promise.all(lengths.map(seconds => engine.recognize(speech(seconds))))
      expect(transcripts.map(({audioMs}) => audioMs)).toEqual(lengths.map(seconds => seconds * 1000))
      const alone = await engine.recognize(speech(2.5))
      expect(transcripts[1]).toEqual(alone)
    })

    it('serves 16 requests and a stream at once', async () => {
      const audio = speech(1)
      const all = await Promise.all([
        ...Array.from({length: 15}, () => engine.recognize(audio)),
        collected(engine.stream(pieces(speech(3), 1600))),
      ])
      const [first, ...others] = all.slice(0, 15)
      for (const one of others) expect(one).toEqual(first)
    })

    it('tells of a stream what happens, in order', async () => {
      const audio = speech(12)
      const told = Promise.withResolvers<void>()
      // The speaker waits within the first utterance until an interim has come.
      const patient = (async function* () {
        yield* pieces(audio.subarray(0, 32_000), 512, 300, 2000)
        await told.promise
        yield* pieces(audio.subarray(32_000), 512, 300, 7000)
      })()
      const events: RecognitionEvent[] = []
      for await (const event of engine.stream(patient, {interim: true, language: 'en'})) {
        events.push(event)
        if (event.type === 'interim') told.resolve()
      }
      const [speaking, finals] = [{now: false, startMs: 0}, [] as TranscriptSegment[]]
      let reached = 0
      for (const event of events) {
        if (event.type === 'speech-start' || event.type === 'speech-end') {
          expect(speaking.now).toBe(event.type === 'speech-end')
          speaking.now = event.type === 'speech-start'
          if (speaking.now) speaking.startMs = event.atMs
          continue
        }
        const {text, startMs, endMs} = event.segment
        expect(event.language).toBe('en')
        expect(endMs).toBeGreaterThanOrEqual(startMs)
        // An interim is of what comes after all finals.
        expect(startMs).toBeGreaterThanOrEqual(reached)
        expect(endMs).toBeLessThanOrEqual(12_000)
        if (event.type === 'interim') {
          expect(text).not.toBe('')
          expect(startMs).toBeGreaterThanOrEqual(speaking.startMs)
        } else {
          finals.push(event.segment)
          reached = endMs
        }
      }
      expect(speaking.now).toBe(false)
      expect(finals.length).toBeGreaterThan(0)
      expect(events.some(({type}) => type === 'interim')).toBe(true)
      expect(events.at(-1)?.type).toMatch(/final|speech-end/)
      const {text} = await engine.recognize(audio, {language: 'en'})
      const streamed = finals.map(segment => segment.text).join(' ')
      expect(similarity(streamed, text), `${streamed} | ${text}`).toBeGreaterThanOrEqual(alike)
    })

    it('tells no interims where nobody asked, and nothing of nothing', async () => {
      const events = await collected(engine.stream(pieces(speech(3), 1600)))
      expect(events.filter(({type}) => type === 'interim')).toEqual([])
      expect(await collected(engine.stream(pieces(new Float32Array())))).toEqual([])
    })

    it('stops a stream that is left, and one that is cancelled while its source is silent', async () => {
      const returned = Promise.withResolvers<void>()
      const endless = (async function* () {
        try {
          for (;;) yield speech(3)
        } finally {
          returned.resolve()
        }
      })()
      for await (const _ of engine.stream(endless)) break
      await returned.promise
      const silent = {[Symbol.asyncIterator]: () => ({next: () => new Promise<never>(() => {})})}
      const controller = new AbortController()
      const reading = collected(engine.stream(silent, {signal: controller.signal}))
      controller.abort()
      await expect(reading).rejects.toMatchObject({code: 'CANCELLED'})
    })

    it('passes on why the source of a stream broke', async () => {
      const broken = (async function* () {
        yield speech(1)
        throw new Error('the line went dead')
      })()
      await expect(collected(engine.stream(broken))).rejects.toThrow('the line went dead')
    })

    it('is cancelled before it begins, with the reason as cause', async () => {
      const reason = new Error('went away')
      const promise = engine.recognize(speech(1), {signal: AbortSignal.abort(reason)})
      await expect(promise).rejects.toMatchObject({code: 'CANCELLED', cause: reason})
      expect((await engine.recognize(speech(1))).audioMs).toBe(1000)
    })

    it('does not notice an abort that comes too late', async () => {
      const controller = new AbortController()
      const transcript = await engine.recognize(speech(1), {signal: controller.signal})
      controller.abort()
      expect(transcript.audioMs).toBe(1000)
    })

    it('closes as often as one likes, and hears nothing afterwards', async () => {
      const other = await open()
      await Promise.all([other.close(), other.close()])
      await other.close()
      await expect(other.recognize(speech(1))).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
      await expect(collected(other.stream(pieces(speech(1))))).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
      expect((await engine.recognize(speech(1))).audioMs).toBe(1000)
    })
  })
}
