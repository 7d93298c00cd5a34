import {toPcm16} from '@essence/core/audio/pcm'
import {collected} from '@essence/core/kit/flow/iterate'
import {expectRefused, withClient} from '@essence/core/proof/rpc-checks'
import type {ServiceAtWork, ServiceCheck} from '@essence/core/proof/service-checks'
import {syllables, toneRate} from '@essence/core/proof/tones'
import {AudioChunk, type DeepPartial, type RecognitionRequest} from '@essence/core/rpc/generated/june/asr/asr'
import {speechToText} from './speech-to-text.ts'

const audioData = toPcm16(syllables(0.5))

/** What must be refused, and how the sentence about it reads. */
const requests: readonly [what: string, request: DeepPartial<RecognitionRequest>, message: RegExp][] = [
  ['an empty recording', {audioData: Buffer.alloc(0)}, /empty \(0 bytes\)/],
  ['an unknown encoding', {audioData, encoding: 'pcm24'}, /"pcm24" is not known/],
  ['a wrong encoding', {audioData, encoding: 'flac'}, /said to be flac/],
  ['an impossible rate', {audioData, sampleRate: 5}, /5 Hz; expected/],
  ['too many channels', {audioData, channels: 1000}, /1000 channels/],
  ['a language that is none', {audioData, config: {language: 'klingon'}}, /klingon/],
  ['a wish for speakers', {audioData, config: {enableDiarization: true}}, /enable_diarization/],
  ['a wish for interim results at once', {audioData, config: {interimResults: true}}, /for streams/],
]

/** Streams likewise. */
const streams: readonly [what: string, chunks: DeepPartial<AudioChunk>[], message: RegExp][] = [
  ['a chunk of 5 MB', [{audioData: Buffer.alloc(5 * 1024 ** 2)}], /at most 4194304/],
  [
    'a change of rate',
    [
      {audioData, sampleRate: toneRate},
      {audioData, sampleRate: 8000},
    ],
    /the first decides/,
  ],
  ['a later configuration', [{audioData}, {audioData, config: {}}], /the first chunk only/],
]

/** Wrong input, at once and as a stream: the status that says so, and a sentence. */
export const refusals: ServiceCheck = {
  name: 'wrong input',
  run: (service, signal) =>
    withClient(speechToText, service, async client => {
      for (const [what, request, message] of requests) {
        await expectRefused(`Recognize of ${what}`, client.recognize(request, {signal}), 'INVALID_ARGUMENT', message)
      }
      for (const [what, chunks, message] of streams) {
        const sent = (async function* () {
          for (const chunk of chunks) yield AudioChunk.fromPartial(chunk)
        })()
        const call = collected(client.recognizeStream(sent, {signal}))
        await expectRefused(`RecognizeStream of ${what}`, call, 'INVALID_ARGUMENT', message)
      }
    }),
}

/** Asks for what is refused as empty. */
export const refuseNothing = (service: ServiceAtWork, signal: AbortSignal): Promise<void> =>
  withClient(speechToText, service, client =>
    expectRefused('Recognize of nothing', client.recognize({}, {signal}), 'INVALID_ARGUMENT', /empty/),
  )
