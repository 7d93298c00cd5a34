import {readAudio} from '../audio/decode/decode.ts'
import {encodeToBytes} from '../audio/encode/encode.ts'
import {EssenceError} from '../kit/errors.ts'
import type {BenchReport} from '../report/bench-report.ts'
import {quantilesOf} from '../report/quantiles.ts'
import type {SpeechToText} from '../stt/port.ts'
import type {TextToSpeech} from '../tts/port.ts'
import {answer, utterances} from './phrases.ts'
import {type RepeatOptions, repeat} from './repeat.ts'

type Utterances = NonNullable<BenchReport['engines']['stt']>['utterances']
type Speech = Pick<NonNullable<BenchReport['engines']['tts']>, 'runs' | 'ttfa' | 'rtf'>

/** A voice note of a phrase, OGG/Opus, as a person would send it. @throws what the voice throws */
export const voiceNote = (
  tts: TextToSpeech,
  text: string,
  options: {voice: string | undefined; signal: AbortSignal},
): Promise<Uint8Array> => encodeToBytes(tts.synthesize(text, options), 'ogg', {signal: options.signal})

/** RTF of recognition, by length of the utterance. @throws CANCELLED, and what the engines throw */
export const measureRecognition = async (
  stt: SpeechToText,
  tts: TextToSpeech,
  voice: string | undefined,
  options: RepeatOptions,
): Promise<Utterances> => {
  const {signal} = options
  const found: Utterances = []
  for (const text of utterances) {
    const audio = await readAudio({bytes: await voiceNote(tts, text, {voice, signal})}, {sampleRate: 16_000, signal})
    const audioMs = audio.length / 16
    const figures = await repeat(options, async () => {
      const began = performance.now()
      await stt.recognize(audio, {language: 'en', signal})
      return (performance.now() - began) / audioMs
    })
    const rtf = quantilesOf(figures)
    if (rtf) found.push({audioMs: Math.round(audioMs), runs: figures.length, rtf})
  }
  return found
}

/** Time to first audio and RTF of a voice. @throws CANCELLED, ENGINE_FAILED where it gives no sound, and what it throws */
export const measureSynthesis = async (
  tts: TextToSpeech,
  voice: string | undefined,
  options: RepeatOptions,
): Promise<Speech> => {
  const figures = await repeat(options, async () => {
    const began = performance.now()
    let ttfa: number | undefined
    let seconds = 0
    for await (const {pcm, sampleRate} of tts.synthesize(answer, {voice, signal: options.signal})) {
      if (pcm.length > 0) ttfa ??= performance.now() - began
      seconds += pcm.length / sampleRate
    }
    if (ttfa === undefined) throw new EssenceError('ENGINE_FAILED', `${tts.info.engine} gave no sound for a sentence.`)
    return {ttfa, rtf: (performance.now() - began) / 1000 / seconds}
  })
  const [ttfa, rtf] = [quantilesOf(figures.map(one => one.ttfa)), quantilesOf(figures.map(one => one.rtf))]
  if (!ttfa || !rtf) throw new EssenceError('ENGINE_FAILED', 'No run of the voice was measured.')
  return {runs: figures.length, ttfa, rtf}
}
