import {concatSamples, toPcm16} from '@essence/core/audio/pcm'
import {collected, inPieces} from '@essence/core/kit/flow/iterate'
import {expectEqual, expectNear, expectThat} from '@essence/core/proof/expect'
import {withClient} from '@essence/core/proof/rpc-checks'
import type {ServiceAtWork, ServiceCheck} from '@essence/core/proof/service-checks'
import {pause, syllables, toneRate} from '@essence/core/proof/tones'
import {AudioChunk, type RecognitionResult, SpeechEvent} from '@essence/core/rpc/generated/june/asr/asr'
import {speechToText} from './speech-to-text.ts'

/** Where speech is in what is streamed, in s, and what the mock hears in it with what is kept of the silence around. */
const utterances = [
  {from: 0.5, to: 1.5, text: 'Hello world'},
  {from: 2.5, to: 5.5, text: 'Testing speech recognition'},
]

/** How far from its sound an utterance may begin and end: the silence that is kept, in s. */
const padding = 0.5

/** That sound in chunks of 100 ms, asking for all there is to tell. */
async function* chunks(): AsyncGenerator<AudioChunk> {
  const sound = concatSamples([pause(0.5), syllables(1), pause(1), syllables(3), pause(1)])
  const config = {language: 'en', interimResults: true, speechEvents: true}
  yield AudioChunk.fromPartial({encoding: 'pcm', sampleRate: toneRate, channels: 1, config})
  for await (const pcm of inPieces(sound, toneRate / 10)) yield AudioChunk.fromPartial({audioData: toPcm16(pcm)})
}

/** Recognises a stream. */
export const recognizeStream = (service: ServiceAtWork, signal: AbortSignal): Promise<RecognitionResult[]> =>
  withClient(speechToText, service, client => collected(client.recognizeStream(chunks(), {signal})))

const kindOf = ({event, isFinal}: RecognitionResult): string =>
  event === SpeechEvent.SPEECH_STARTED
    ? 'start'
    : event === SpeechEvent.SPEECH_ENDED
      ? 'end'
      : isFinal
        ? 'final'
        : 'interim'

export const streamChecks: ServiceCheck[] = [
  {
    name: 'RecognizeStream',
    async run(service, signal) {
      const results = await recognizeStream(service, signal)
      const order = results
        .map(kindOf)
        .join(' ')
        .replaceAll(/interim( interim)+/g, 'interim')
      const utterance = 'start interim end final'
      expectEqual('the order of what RecognizeStream tells', order, utterances.map(() => utterance).join(' '))
      const finals = results.filter(result => kindOf(result) === 'final')
      for (const [at, {from, to, text}] of utterances.entries()) {
        const {transcript, detectedLanguage, startTimeUs = 0, endTimeUs = 0} = finals[at] ?? {}
        expectEqual(`utterance ${at + 1} of RecognizeStream`, [transcript, detectedLanguage], [text, 'en'])
        expectNear(`where utterance ${at + 1} begins, in s`, startTimeUs / 1e6, from, padding)
        expectNear(`where utterance ${at + 1} ends, in s`, endTimeUs / 1e6, to, padding)
      }
      const interim = results.filter(result => kindOf(result) === 'interim').map(({transcript}) => transcript)
      expectThat(
        'the interim results',
        interim.every(text => text !== ''),
        'text in each',
        interim,
      )
    },
  },
  {
    name: 'RecognizeStream of nothing',
    run: (service, signal) =>
      withClient(speechToText, service, async client => {
        const nothing = (async function* (): AsyncGenerator<AudioChunk> {})()
        const results = await collected(client.recognizeStream(nothing, {signal}))
        expectEqual('what is heard in a stream of nothing', results, [])
      }),
  },
]
