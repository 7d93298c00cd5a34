import {describe, expect, it} from 'vitest'
import {progressText} from '../../../src/cli/transcribe/progress.ts'
import {EssenceError} from '../../../src/kit/errors.ts'
import type {RecognitionEvent, SpeechToText, TranscriptSegment} from '../../../src/stt/port.ts'
import {type Transcription, transcribeSound} from '../../../src/stt/transcript/transcribe-sound.ts'
import {type TranscriptFormat, transcriptWriter} from '../../../src/stt/transcript/transcript-writer.ts'

const segment = (text: string, startMs: number, endMs: number, confidence?: number): TranscriptSegment => ({
  text,
  startMs,
  endMs,
  ...(confidence === undefined ? {} : {confidence}),
})
const final = (text: string, startMs: number, endMs: number, language = 'en'): RecognitionEvent => ({
  type: 'final',
  segment: segment(text, startMs, endMs),
  language,
})

/** A recogniser that tells events of a script, one for each piece of the sound. */
const scripted = (events: (RecognitionEvent | Error)[]): SpeechToText =>
  ({
    async *stream(audio) {
      const script = [...events]
      for await (const _ of audio) {
        const next = script.shift()
        if (next instanceof Error) throw next
        if (next) yield next
      }
    },
  }) as Partial<SpeechToText> as SpeechToText

const seconds = async function* (count: number): AsyncGenerator<Float32Array> {
  for (let i = 0; i < count; i++) yield new Float32Array(16_000)
}

const run = async (
  events: (RecognitionEvent | Error)[],
  format: TranscriptFormat,
  onPosition?: (ms: number) => void,
) => {
  const sound = seconds(events.length)
  const texts = transcribeSound(
    scripted(events),
    sound,
    transcriptWriter(format, false),
    onPosition ? {onPosition} : {},
  )
  let text = ''
  for (;;) {
    const {done, value}: IteratorResult<string, Transcription> = await texts.next()
    if (done) return {text, ...value}
    text += value
  }
}

describe('transcribeSound', () => {
  it('puts the transcript together; the language is that of most of the speech', async () => {
    const {text, transcript} = await run(
      [final('Oui.', 0, 400, 'fr'), final('Good morning.', 500, 2500), final('今日は', 3000, 3500, 'ja')],
      'text',
    )
    expect(text).toBe('Oui.\nGood morning.\n今日は\n')
    expect(transcript).toMatchObject({text: 'Oui. Good morning. 今日は', language: 'en', audioMs: 3000})
    expect(transcript.segments).toHaveLength(3)
  })

  it('says so where nothing was heard', async () => {
    const {transcript} = await run([{type: 'speech-start', atMs: 0}, final('', 0, 0)], 'text')
    expect(transcript).toEqual({text: '', segments: [], language: 'und', audioMs: 2000})
  })

  it('a stop keeps what was heard, the utterance under way as well', async () => {
    const stop = new EssenceError('CANCELLED', 'Stopped.')
    const interim: RecognitionEvent = {type: 'interim', segment: segment('and then', 1000, 1800), language: 'en'}
    const {text, stopped, transcript} = await run([final('First.', 0, 900), interim, stop], 'srt')
    expect(stopped).toBe(stop)
    expect(transcript.text).toBe('First. and then')
    expect(text).toContain('2\n00:00:01,000 --> 00:00:01,833\nand then\n')
  })

  it('does not tell an interim result that was taken back', async () => {
    const interim: RecognitionEvent = {type: 'interim', segment: segment('noise', 0, 800), language: 'en'}
    const stop = new EssenceError('CANCELLED', 'Stopped.')
    expect((await run([interim, final('', 0, 0), stop], 'text')).text).toBe('')
  })

  it('fails as the recogniser does', async () => {
    await expect(run([new EssenceError('ENGINE_FAILED', 'Broken.')], 'text')).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
    })
  })

  it('tells how far it has recognised, not how far it has read', async () => {
    const positions: number[] = []
    await run([final('a', 0, 400), final('b', 500, 1700)], 'ndjson', ms => positions.push(ms))
    expect(positions).toEqual([400, 1700])
  })
})

describe('progressText', () => {
  it.each([
    [754_000, 3_723_000, 53_857, '12:34 of 1:02:03, 20 %, 14 × real time, 3:32 left'],
    [5000, undefined, 2500, '0:05, 2.0 × real time'],
    // A header that claims less than there is is not believed.
    [90_000, 60_000, 9000, '1:30, 10 × real time'],
    [0, 60_000, 0, '0:00 of 1:00, 0 %, 0.0 × real time'],
  ])('%d of %s ms', (ms, length, took, text) => expect(progressText(ms, length, took)).toBe(text))
})
