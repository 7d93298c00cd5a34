// OpenAI's client against published weights: what it is told is what `essence transcribe` says, and what is spoken can be heard.
import {createReadStream} from 'node:fs'
import {join} from 'node:path'
import {decodeAudio} from '@essence/core/audio/decode/decode'
import type {SpeechToText} from '@essence/core/stt/port'
import {speechToText} from '@essence/core/stt/recognizer'
import {transcribeSound} from '@essence/core/stt/transcript/transcribe-sound'
import {transcriptWriter} from '@essence/core/stt/transcript/transcript-writer'
import {openWhisperOnnx} from '@essence/core/stt/whisper-onnx/whisper-onnx'
import {openPiper} from '@essence/core/tts/onnx/piper'
import type {TextToSpeech} from '@essence/core/tts/port'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {toFile} from 'openai'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {hasSpeechFolder, speechFolder} from '../../../../test/audio/witness.ts'
import {collected} from '../../../../test/collected.ts'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {piper, whisper} from '../../../../test/weights/published.ts'
import {openClient} from '../openai/client.ts'

const noWeights = whisper.base.missing || piper.missing
const missing = noWeights || (hasSpeechFolder ? '' : ' (skipped: no ../shared/data/speech)')

let stt: SpeechToText
let tts: TextToSpeech
beforeAll(async () => {
  if (noWeights) return
  stt = speechToText(await openWhisperOnnx({modelPath: whisper.base.path, threads: 1}))
  tts = textToSpeech(await openPiper({modelPath: piper.path, threads: 1, device: {backend: 'cpu'}}))
})
afterAll(() => Promise.all([stt?.close(), tts?.close()]))

const opening = () => openClient({...scriptedEngines(), stt, tts})

/** As `essence transcribe --json` does it. */
const transcribed = async (path: string) => {
  const texts = transcribeSound(stt, decodeAudio({path}), transcriptWriter('json', true), {
    ...{language: 'en', words: true, packUtterances: true},
  })
  for (let step = await texts.next(); ; step = await texts.next()) if (step.done) return step.value.transcript
}

it.skipIf(missing).each(['jfk.wav', 'librispeech-84-121550-0000.flac', 'lj/LJ001-0002.flac'])(
  `%s is transcribed as by the command, whole, with words, and as a stream${missing}`,
  async name => {
    const path = join(speechFolder, name)
    const expected = await transcribed(path)
    await using opened = await opening()
    const {transcriptions} = opened.client.audio
    const asked = () => ({model: 'ggml-base', file: createReadStream(path), language: 'en'})
    const verbose = await transcriptions.create({
      ...{...asked(), response_format: 'verbose_json', timestamp_granularities: ['word', 'segment']},
    } as const)
    expect(verbose).toMatchObject({text: expected.text, language: 'english', duration: expected.audioMs / 1000})
    expect(verbose.segments?.map(({text}) => text)).toEqual(expected.segments.map(({text}) => text))
    expect(verbose.words?.map(({word, start}) => [word, start])).toEqual(
      expected.segments.flatMap(({words = []}) => words.map(({text, startMs}) => [text, startMs / 1000])),
    )
    for (const {avg_logprob: logarithm} of verbose.segments ?? []) expect(logarithm).toBeLessThan(0)
    const events = await collected(await transcriptions.create({...asked(), stream: true}))
    expect(events.at(-1)).toMatchObject({type: 'transcript.text.done', text: expected.text})
    const deltas = events.flatMap(event => (event.type === 'transcript.text.delta' ? [event.delta] : []))
    expect(deltas.join('')).toBe(expected.text)
  },
)

it.skipIf(noWeights)(`what is spoken can be heard again, at each speed and style${noWeights}`, async () => {
  await using opened = await opening()
  const {audio} = opened.client
  for (const how of [{}, {speed: 0.75, instructions: 'calm'}, {speed: 2.5}]) {
    const input = 'The quick brown fox jumps over the lazy dog.'
    const speech = await audio.speech.create({model: 'tts-1', voice: 'alloy', input, response_format: 'aac', ...how})
    const file = await toFile(new Uint8Array(await speech.arrayBuffer()), 'speech.aac')
    const {text} = await audio.transcriptions.create({model: 'whisper-1', file, language: 'en'})
    const heard = new Set(text.toLowerCase().match(/[a-z]+/g))
    // Fast and synthetic speech costs a small recogniser a word or two of nine.
    expect(
      input
        .toLowerCase()
        .match(/[a-z]+/g)
        ?.filter(word => heard.has(word)).length,
    ).toBeGreaterThanOrEqual(6)
  }
})
