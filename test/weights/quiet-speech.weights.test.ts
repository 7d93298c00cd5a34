// Speech from close by to far away, in 16 bits, and sounds as faint in which nobody speaks.
import {existsSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import type {SpeechToText} from '@essence/core/stt/port'
import {speechToText} from '@essence/core/stt/recognizer'
import {openVad} from '@essence/core/stt/vad/open-vad'
import type {VoiceActivityDetector} from '@essence/core/stt/vad/vad'
import {openWhisperOnnx} from '@essence/core/stt/whisper-onnx/whisper-onnx'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {notSpeech} from '../stt/not-speech.ts'
import {whisper} from './published.ts'

const speech = resolve(import.meta.dirname, '../../../shared/data/speech')
const {path: modelPath} = whisper['tiny.en']
const missing = whisper['tiny.en'].missing || (existsSync(speech) ? '' : ' (skipped: no ../shared/data/speech)')

/** With a peak in dBFS, in 16 bits. */
const withPeak = (audio: Float32Array, peak: number): Float32Array => {
  const largest = audio.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  const gain = (10 ** (peak / 20) * 32_768) / largest
  return audio.map(sample => Math.round(sample * gain) / 32_768)
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z0-9]+/g) ?? []

describe('quiet speech', () => {
  let vad: VoiceActivityDetector
  let stt: SpeechToText | undefined
  beforeAll(async () => {
    vad = await openVad()
    if (!missing) stt = speechToText(await openWhisperOnnx({modelPath, threads: 1}), {vad})
  })
  afterAll(async () => {
    await (stt ? stt.close() : vad.close())
  })

  const heard = async (file: string, peak: number): Promise<string[]> => {
    const audio = withPeak(await readAudio({path: join(speech, file)}), peak)
    const result = await stt?.recognize(audio, {language: 'en'})
    return wordsOf(result?.text ?? '')
  }

  it.skipIf(missing).each([
    ['jfk.wav', 'and so', 'your country'],
    ['librispeech-84-121550-0000.flac', 'but with full ravishment', 'their rhymes'],
    ['lj/LJ001-0001.flac', 'printing in the only sense', 'in the exhibition'],
    ['lj/LJ001-0010.flac', 'now as all books', undefined],
  ])(`is heard from its first word, at any level: %s${missing}`, async (file, first, last) => {
    const loud = (await heard(file, -3)).length
    for (const peak of [-20, -40, -49, -60]) {
      const words = await heard(file, peak)
      const text = words.join(' ')
      expect(text, `${peak} dBFS`).toMatch(new RegExp(`^${first}`))
      if (last) expect(text, `${peak} dBFS`).toMatch(new RegExp(`${last}$`))
      expect(Math.abs(words.length - loud), `${peak} dBFS: ${text}`).toBeLessThanOrEqual(2)
    }
  })

  /** Known: a tone that glides through the pitch of voices is speech to the detector for a moment, at any level. */
  const gliding = 'a sweep'

  it.each(notSpeech.filter(([name]) => name !== gliding))(
    'does not come out of %s, however faint',
    async (_, sound) => {
      for (const peak of [-30, -50, -70]) {
        const audio = withPeak(sound, peak)
        const frames = await vad.begin().probabilities(audio.subarray(0, 249 * 512), new AbortController().signal)
        expect(frames.filter(one => one >= 0.5).length, `${peak} dBFS`).toBeLessThanOrEqual(3)
      }
    },
  )
})
