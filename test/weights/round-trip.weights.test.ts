// What a published voice says, a published recogniser understands: Piper through every step of speech synthesis, Whisper through every
// step of recognition. Both texts are compared as they are read aloud, so that "20" is "twenty".
import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {speechToText} from '@essence/core/stt/recognizer'
import {openWhisperOnnx} from '@essence/core/stt/whisper-onnx/whisper-onnx'
import {normalizeText} from '@essence/core/tts/normalize/normalize'
import {openPiper} from '@essence/core/tts/onnx/piper'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {expect, it, onTestFinished} from 'vitest'
import {hundred} from '../speech/sentences.ts'
import {wordErrorRate} from '../speech/word-error-rate.ts'
import {piper, whisper} from './published.ts'

const missing = piper.missing || whisper.base.missing
// The voice varies a little from run to run.
const measured = 0.026
const allowed = 0.045

it.skipIf(missing)(`a hundred sentences of Piper, heard by Whisper base${missing}`, async () => {
  const tts = textToSpeech(await openPiper({modelPath: piper.path, threads: 1}))
  onTestFinished(() => tts.close())
  const stt = speechToText(await openWhisperOnnx({modelPath: whisper.base.path, threads: 1}))
  onTestFinished(() => stt.close())
  const pairs: {said: string; heard: string}[] = []
  for (const sentence of hundred) {
    const audio = await readAudio({bytes: await encodeToBytes(tts.synthesize(sentence), 'wav')})
    const {text} = await stt.recognize(audio, {language: 'en'})
    pairs.push({said: normalizeText(sentence, 'en-us'), heard: normalizeText(text, 'en-us')})
  }
  const {rate, errors, length} = wordErrorRate(pairs)
  const wrong = pairs.filter(pair => wordErrorRate([pair]).errors > 0).map(({said, heard}) => `${said} → ${heard}`)
  const figure = `${errors} of ${length} words wrong (${(100 * rate).toFixed(1)} %)`
  expect(rate, [`${figure}; measured ${measured}, allowed ${allowed}`, ...wrong].join('\n')).toBeLessThanOrEqual(
    allowed,
  )
})
