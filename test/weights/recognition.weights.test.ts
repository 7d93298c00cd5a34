// What is decided on published weights: windows, what is said twice, prompts out of noise. The recordings and the weights are no part
// of a fresh clone; where they are missing, each test says that it was skipped.
import {existsSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import type {SpeechToText} from '@essence/core/stt/port'
import {speechToText} from '@essence/core/stt/recognizer'
import {openWhisperOnnx} from '@essence/core/stt/whisper-onnx/whisper-onnx'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {collected} from '../collected.ts'
import {pieces} from '../stt/scripted-engine.ts'
import {whisper} from './published.ts'

const cases = resolve(import.meta.dirname, '../../../shared/cases')

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z0-9]+/g) ?? []

describe.each(['tiny.en', 'base'] as const)('Whisper %s', name => {
  const {path: modelPath} = whisper[name]
  const missing = whisper[name].missing || (existsSync(cases) ? '' : ' (skipped: no ../shared/cases)')
  let stt: SpeechToText
  beforeAll(async () => {
    if (!missing) stt = speechToText(await openWhisperOnnx({modelPath, threads: 1}))
  })
  afterAll(() => stt?.close())

  it.skipIf(missing).each([
    ['tinyen_repeats_last_clause.flac', 26],
    ['tinyen_says_whole_sentence_twice.flac', 25],
  ])(`says each sentence of %s once${missing}`, async (file, words) => {
    const audio = await readAudio({path: join(cases, file)})
    const {text} = await stt.recognize(audio, {language: 'en'})
    expect(Math.abs(wordsOf(text).length - words)).toBeLessThanOrEqual(3)
  })

  it.skipIf(missing)(`hears a recording through a stream as it does at once${missing}`, async () => {
    const audio = await readAudio({path: join(cases, 'jfk_opus16_stream_says_line_three_times.ogg')})
    const events = await collected(stt.stream(pieces(audio, 1600), {language: 'en', packUtterances: true}))
    const text = events.flatMap(event => (event.type === 'final' ? [event.segment.text] : [])).join(' ')
    expect(text).toBe((await stt.recognize(audio, {language: 'en'})).text)
    expect(wordsOf(text).join(' ')).toBe(
      'and so my fellow americans ask not what your country can do for you ask what you can do for your country',
    )
  })

  it.skipIf(missing)(`hears no prompt out of noise${missing}`, async () => {
    const audio = await readAudio({path: join(cases, 'noise_echoes_STT_PROMPT.flac')})
    const {text} = await stt.recognize(audio, {language: 'en', prompt: 'The assistant is called June.'})
    expect(text).toBe('')
  })
})
