import {collected} from '@essence/core/kit/flow/iterate'
import {expectEqual, expectThat} from '@essence/core/proof/expect'
import {mockRate, mockSpeechMs} from '@essence/core/proof/mock-speech'
import {withClient} from '@essence/core/proof/rpc-checks'
import type {ServiceAtWork, ServiceCheck} from '@essence/core/proof/service-checks'
import {type AudioChunk, SynthesisRequest} from '@essence/core/rpc/generated/june/tts/tts'
import {known, textToSpeech} from './text-to-speech.ts'

/** Pieces as a language model writes them; a sentence ends within one. */
const pieces = ['Hello. And go', 'od bye.']

/** The sound of texts that come in pieces. */
export const synthesizeStream = (service: ServiceAtWork, signal: AbortSignal): Promise<AudioChunk[]> =>
  withClient(textToSpeech, service, client => {
    const requests = (async function* () {
      for (const text of pieces) yield SynthesisRequest.fromPartial({...known, text})
    })()
    return collected(client.synthesizeStream(requests, {signal}))
  })

export const streamChecks: ServiceCheck[] = [
  {
    name: 'SynthesizeStream',
    async run(service, signal) {
      const chunks = await synthesizeStream(service, signal)
      const text = pieces.join('')
      const end = {audioData: Buffer.alloc(0), timestampUs: mockSpeechMs(text) * 1000, isFinal: true}
      const {audioData: _, ...format} = {...chunks.at(-1), sampleRate: mockRate, channels: 1, encoding: 'pcm16'}
      expectEqual('the last chunk of SynthesizeStream', chunks.at(-1), {...format, ...end})
      expectThat('the chunks of SynthesizeStream', chunks.length > 2, 'one for each sentence at least', chunks.length)
      let samples = 0
      for (const {audioData, isFinal, timestampUs} of chunks.slice(0, -1)) {
        expectEqual('where a chunk of SynthesizeStream stands, in µs', timestampUs, (1e6 * samples) / mockRate)
        expectEqual('whether a chunk before the last is the last', isFinal, false)
        samples += audioData.length / 2
      }
      expectEqual('the samples of SynthesizeStream', samples, (mockSpeechMs(text) * mockRate) / 1000)
    },
  },
  {
    name: 'SynthesizeStream of nothing',
    run: (service, signal) =>
      withClient(textToSpeech, service, async client => {
        const nothing = (async function* (): AsyncGenerator<SynthesisRequest> {})()
        expectEqual('the sound of nothing', await collected(client.synthesizeStream(nothing, {signal})), [])
      }),
  },
]
