import {fromPcm16} from '@essence/core/audio/pcm'
import {mockRate} from '@essence/core/proof/mock-speech'
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

/** The voice and speed whose durations are known, whatever the settings say, at the mock's own rate. */
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
