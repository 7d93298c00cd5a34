import {fromPcm16} from '@essence/core/audio/pcm'
import {withClient} from '@essence/core/proof/rpc-checks'
import type {ServiceAtWork} from '@essence/core/proof/service-checks'
import {
  type AudioResponse,
  type DeepPartial,
  type SynthesisRequest,
  TextToSpeechDefinition,
} from '@essence/core/rpc/generated/june/tts/tts'
import {voiceService} from '@essence/core/tts/grpc/messages'

/** The service under test. */
export const textToSpeech = {definition: TextToSpeechDefinition, name: voiceService}

/** Hz of the mock's voices: asked for, its sound comes as it was made. */
export const mockRate = 16_000

/** The voice and speed whose durations are known, whatever the settings say. */
export const known = {voiceId: 'mock-low', config: {speed: 1, sampleRate: mockRate, encoding: 'pcm16'}}

/** Speaks a text as samples of the mock itself. */
export const spoken = (
  service: ServiceAtWork,
  {config, ...request}: DeepPartial<SynthesisRequest>,
  signal: AbortSignal,
): Promise<AudioResponse & {pcm: Float32Array}> =>
  withClient(textToSpeech, service, async client => {
    const asked = {...known, ...request, config: {...known.config, ...config}}
    const response = await client.synthesize(asked, {signal})
    return {...response, pcm: fromPcm16(response.audioData, 32_767)}
  })

/**
 * ms that the mock speaks at speed 1: each letter a tone of 60 ms, each word 40 ms of silence, of which 30 stay at the end of a
 * sentence, and 380 ms of pause after it.
 */
export const mockDurationMs = (text: string): number =>
  (text.match(/[^.!?]+/g) ?? [])
    .map(sentence => sentence.match(/\w+/g) ?? [])
    .reduce((sum, words) => sum + words.reduce((ms, {length}) => ms + 60 * length + 40, -10) + 380, 0)
