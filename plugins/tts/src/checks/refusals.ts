import {collected, one} from '@essence/core/kit/flow/iterate'
import {expectRefused, withClient} from '@essence/core/proof/checks/rpc'
import type {ServiceAtWork, ServiceCheck} from '@essence/core/proof/service-checks'
import {type DeepPartial, SynthesisRequest} from '@essence/core/rpc/generated/june/tts/tts'
import {textToSpeech} from './text-to-speech.ts'

const text = 'Hello.'

/** What must be refused, and how the sentence about it reads. */
const requests: readonly [what: string, request: DeepPartial<SynthesisRequest>, message: RegExp][] = [
  ['50001 characters', {text: 'a'.repeat(50_001)}, /50001 characters; at most 50000/],
  ['an unknown voice', {text, voiceId: 'mock-hihg'}, /no voice .*"mock-hihg"/],
  ['a language nobody speaks', {text, language: 'qq'}, /No voice speaks the language "qq"/],
  ['too much speed', {text, config: {speed: 3}}, /speed must be/],
  ['an unknown prosody', {text, config: {prosody: 'bored'}}, /style must be one of/],
  ['malformed SSML', {text: '<speak>Hello', config: {enableSsml: true}}, /SSML|speak/],
  ['an unknown encoding', {text, config: {encoding: 'g729'}}, /"g729" is not known/],
  ['a rate Opus has not', {text, config: {encoding: 'opus', sampleRate: 22_050}}, /22050/],
  ['a bitrate for raw samples', {text, config: {encoding: 'pcm16', bitrate: 64_000}}, /keeps every sample/],
]

/** Wrong input, at once and as a stream: the status that says so, and a sentence. */
export const refusals: ServiceCheck = {
  name: 'wrong input',
  run: (service, signal) =>
    withClient(textToSpeech, service, async client => {
      for (const [what, request, message] of requests) {
        const sent = one(SynthesisRequest.fromPartial(request))
        const [whole, stream] = [client.synthesize(request, {signal}), client.synthesizeStream(sent, {signal})]
        await expectRefused(`Synthesize of ${what}`, whole, 'INVALID_ARGUMENT', message)
        await expectRefused(`SynthesizeStream of ${what}`, collected(stream), 'INVALID_ARGUMENT', message)
      }
      await expectRefused(
        'Synthesize of nothing',
        client.synthesize({text: ' '}, {signal}),
        'INVALID_ARGUMENT',
        /no text/,
      )
    }),
}

/** Asks for a voice that is not here. */
export const refuseVoice = (service: ServiceAtWork, signal: AbortSignal): Promise<void> =>
  withClient(textToSpeech, service, client => {
    const call = client.synthesize({text, voiceId: 'nobody'}, {signal})
    return expectRefused('Synthesize of an unknown voice', call, 'INVALID_ARGUMENT', /nobody/)
  })
