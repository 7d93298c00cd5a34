// The round trip of `essence test` proves something only if each broken piece turns it red.
import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {mockAssistant} from '@essence/core/assistant/mock'
import type {Assistant} from '@essence/core/assistant/port'
import type {Dataset} from '@essence/core/datasets/phrase'
import type {TestProgress} from '@essence/core/proof/run-options'
import {runRoundTrip} from '@essence/core/proof/run-round-trip'
import type {SpeechToText} from '@essence/core/stt/port'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import type {TextToSpeech} from '@essence/core/tts/port'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {sttServer, ttsServer} from '../../../test/rpc/serve.ts'
import {openNano} from '../../../test/stt/nano.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {openGateway} from './open-gateway.ts'

const texts = [
  'Good morning.',
  'Set a timer for twenty minutes.',
  'The cat slept all day under the old table.',
  'What time is it now?',
]
const dataset: Dataset = {
  name: 'four',
  source: 'this test',
  sha256: '0',
  phrases: texts.map((text, index) => ({id: String(index + 1), text})),
}

let stt: SpeechToText
let tts: TextToSpeech
beforeAll(async () => {
  tts = textToSpeech(await openEspeak())
  stt = await openNano(temporaryFolder())
})
afterAll(() => Promise.all([stt.close(), tts.close()]))

interface Pieces {
  /** Of the service `tts`. */
  voice?: TextToSpeech
  /** Of the service `stt`. */
  ears?: SpeechToText
  gatewayVoice?: TextToSpeech
  gatewayEars?: SpeechToText
  mind?: Assistant
}

/** A round trip over real servers on loopback, with pieces that may be broken. */
const trip = async (
  pieces: Pieces = {},
  onProgress = (_: TestProgress) => {},
  signal = new AbortController().signal,
) => {
  const {voice = tts, ears = stt, gatewayVoice = tts, gatewayEars = stt, mind = mockAssistant()} = pieces
  const [speaking, hearing] = [await ttsServer(voice), await sttServer(ears)]
  const engines = {...scriptedEngines(), stt: gatewayEars, tts: gatewayVoice, assistant: mind, close: async () => {}}
  await using gateway = await openGateway(engines)
  const folder = temporaryFolder()
  const report = await runRoundTrip({
    ...{
      dataset,
      folder,
      onProgress,
      signal,
      concurrency: 1,
      language: 'en',
      seed: 1,
      readyMs: 1000,
      command: '',
      version: '0',
    },
    running: {gateway: gateway.address, stt: hearing.url, tts: speaking.url},
    ...{commands: [], installed: [], file: undefined, host: {execPath: '', execArgv: [], script: ''}},
  }).finally(() => Promise.all([speaking.close(), hearing.close()]))
  return {...report, folder}
}

const says = (pcm: Float32Array): TextToSpeech => ({
  ...tts,
  async *synthesize() {
    yield {pcm, sampleRate: 16_000}
  },
})

it('passes where every piece works, and keeps the sound of the worst', async () => {
  const {passed, reasons, roundTrip, services, folder} = await trip()
  expect(reasons).toEqual([])
  expect(passed).toBe(true)
  expect(roundTrip?.input.all).toMatchObject({cases: 4, failed: 0})
  expect(roundTrip?.output.all).toMatchObject({cases: 4, failed: 0})
  expect(roundTrip?.cases.map(({output}) => output?.said)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^You said: /)]),
  )
  expect(Object.keys(roundTrip?.stages ?? {})).toEqual(
    expect.arrayContaining(['synthesis', 'gateway', 'gateway stt', 'gateway ttfa', 'recognition', 'total']),
  )
  expect(services.map(({name, running}) => [name, running])).toEqual([
    ['stt', true],
    ['tts', true],
    ['gateway', true],
  ])
  expect(readdirSync(join(folder, 'audio'))).toHaveLength(8)
})

it.each<[string, () => Pieces, RegExp]>([
  [
    'a voice of silence',
    () => ({voice: says(new Float32Array(16_000))}),
    /4 of 4 phrases have no result.*synthesis gave silence/,
  ],
  [
    'a voice without sound',
    () => ({voice: says(new Float32Array())}),
    /4 of 4 phrases have no result.*synthesis gave no audio/,
  ],
  ['a gateway whose voice is silent', () => ({gatewayVoice: says(new Float32Array(16_000))}), /answered with silence/],
  ['a gateway that speaks nothing', () => ({gatewayVoice: says(new Float32Array())}), /answered with no audio/],
  [
    'ears that always hear the same',
    () => ({
      ears: {
        ...stt,
        recognize: async audio => ({text: 'hello', segments: [], language: 'en', audioMs: audio.length / 16}),
      },
    }),
    /of words wrong, heard of its answers/,
  ],
  [
    'a gateway whose ears always hear the same',
    () => ({
      gatewayEars: {
        ...stt,
        recognize: async audio => ({text: 'hello', segments: [], language: 'en', audioMs: audio.length / 16}),
      },
    }),
    /of words wrong, heard by the gateway/,
  ],
  [
    'a gateway that sends back what it was sent',
    () => {
      let last = new Float32Array()
      return {
        gatewayEars: {
          ...stt,
          recognize: (audio, options) => {
            last = audio.slice()
            return stt.recognize(audio, options)
          },
        },
        gatewayVoice: {
          ...tts,
          async *synthesize() {
            yield {pcm: last, sampleRate: 16_000}
          },
        },
      }
    },
    /sent back the audio that it was sent/,
  ],
])('turns red: %s', async (_, broken, reason) => {
  const {passed, reasons} = await trip(broken())
  expect(passed).toBe(false)
  expect(reasons.join('\n')).toMatch(reason)
})

it('refuses a gateway with a mind of its own, and speech that is a stand-in', async () => {
  const reply = () => 'I would rather not say.'
  await expect(trip({mind: mockAssistant({reply})})).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('I would rather not say.'),
  })
  const standIn = {...stt, info: {...stt.info, engine: 'mock'}}
  await expect(trip({ears: standIn})).rejects.toMatchObject({code: 'CONFIG_INVALID'})
})

it('says that it is partial where it was stopped', async () => {
  const stop = new AbortController()
  const onProgress = ({type}: TestProgress) => type === 'phrase' && stop.abort()
  const {passed, partial, roundTrip} = await trip({}, onProgress, stop.signal)
  expect(passed).toBe(false)
  expect(partial).toBeTruthy()
  expect(roundTrip?.cases.length).toBeLessThan(4)
})
