// What a published voice says, a published recogniser understands: Piper through every step of speech synthesis, Whisper through every
// step of recognition.
import {scoreConversion} from '@essence/core/accuracy/score'
import {summarize} from '@essence/core/accuracy/summarize'
import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import type {Conversion} from '@essence/core/report/test-report'
import {speechToText} from '@essence/core/stt/recognizer'
import {openWhisperOnnx} from '@essence/core/stt/whisper-onnx/whisper-onnx'
import {openPiper} from '@essence/core/tts/onnx/piper'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {expect, it, onTestFinished} from 'vitest'
import {hundred} from '../speech/sentences.ts'
import {piper, whisper} from './published.ts'

const missing = piper.missing || whisper.base.missing
// The voice varies a little from run to run.
const measured = 0.022
const allowed = 0.04

it.skipIf(missing)(`a hundred sentences of Piper, heard by Whisper base${missing}`, async () => {
  const tts = textToSpeech(await openPiper({modelPath: piper.path, threads: 1}))
  onTestFinished(() => tts.close())
  const stt = speechToText(await openWhisperOnnx({modelPath: whisper.base.path, threads: 1}))
  onTestFinished(() => stt.close())
  const conversions: Conversion[] = []
  for (const sentence of hundred) {
    const audio = await readAudio({bytes: await encodeToBytes(tts.synthesize(sentence), 'wav')})
    const {text} = await stt.recognize(audio, {language: 'en'})
    conversions.push(scoreConversion(sentence, text))
  }
  const {wer, words} = summarize(conversions, {failed: 0, seed: 1})
  const figure = `${(100 * wer).toFixed(1)} % of ${words} words wrong`
  const wrong = conversions.filter(({exact}) => !exact).map(({said, heard}) => `${said} → ${heard}`)
  expect(wer, [`${figure}; measured ${measured}, allowed ${allowed}`, ...wrong].join('\n')).toBeLessThanOrEqual(allowed)
})
