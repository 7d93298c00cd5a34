import type {SpeechToText, TranscriptSegment} from '@essence/core/stt/port'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

/**
 * What every recogniser must do, whatever it is made of.
 * @param speech something it hears words in, of so many seconds
 */
export const speechToTextConformance = (
  name: string,
  open: () => Promise<SpeechToText>,
  speech: (seconds: number) => Float32Array,
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

    it('takes a prompt, also one that makes no sense', async () => {
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
      expect((await engine.recognize(speech(1))).audioMs).toBe(1000)
    })
  })
}
