import {healthCheck, metricsCheck} from '@essence/core/proof/http-checks'
import {accessCheck, standardChecks} from '@essence/core/proof/rpc-checks'
import type {ServiceCheck} from '@essence/core/proof/service-checks'
import {healthAndVoices} from './health-and-voices.ts'
import {refusals, refuseVoice} from './refusals.ts'
import {streamChecks, synthesizeStream} from './stream.ts'
import {synthesizeChecks} from './synthesize.ts'
import {spoken, textToSpeech} from './text-to-speech.ts'

/** Every RPC and route of the synthesis service, whose engine is the mock. */
export const synthesisChecks: ServiceCheck[] = [
  healthCheck(['engine']),
  ...standardChecks(textToSpeech),
  accessCheck(textToSpeech, (client, signal) => client.healthCheck({}, {signal})),
  ...healthAndVoices,
  ...synthesizeChecks,
  ...streamChecks,
  refusals,
  metricsCheck([
    {
      call: (service, signal) => spoken(service, {text: 'Hello.'}, signal),
      grows: [
        {name: 'tts_requests_total', labels: {method: 'Synthesize', status: 'OK'}},
        {name: 'tts_request_duration_seconds_count', labels: {method: 'Synthesize'}},
        {name: 'tts_synthesis_time_seconds_count'},
        {name: 'tts_audio_duration_seconds_sum'},
      ],
    },
    {
      call: synthesizeStream,
      grows: [{name: 'tts_requests_total', labels: {method: 'SynthesizeStream', status: 'OK'}}],
    },
    {
      call: refuseVoice,
      grows: [
        {name: 'tts_requests_total', labels: {method: 'Synthesize', status: 'INVALID_ARGUMENT'}},
        {name: 'tts_errors_total', labels: {error_type: 'VOICE_UNKNOWN'}},
      ],
    },
  ]),
]
