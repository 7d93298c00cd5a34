import {healthCheck, metricsCheck} from '@essence/core/proof/http-checks'
import {accessCheck, standardChecks} from '@essence/core/proof/rpc-checks'
import type {ServiceCheck} from '@essence/core/proof/service-checks'
import {healthFields} from './health-fields.ts'
import {recognizeChecks, recognizeTone} from './recognize.ts'
import {refusals, refuseNothing} from './refusals.ts'
import {speechToText} from './speech-to-text.ts'
import {recognizeStream, streamChecks} from './stream.ts'

/** Every RPC and route of the recognition service, whose engine is the mock. */
export const recognitionChecks: ServiceCheck[] = [
  healthCheck(['engine']),
  ...standardChecks(speechToText),
  accessCheck(speechToText, (client, signal) => client.healthCheck({}, {signal})),
  healthFields,
  ...recognizeChecks,
  ...streamChecks,
  refusals,
  metricsCheck([
    {
      call: recognizeTone,
      grows: [
        {name: 'stt_requests_total', labels: {method: 'Recognize', status: 'OK'}},
        {name: 'stt_request_duration_seconds_count', labels: {method: 'Recognize'}},
        {name: 'stt_audio_processing_seconds_count'},
        {name: 'stt_transcription_time_seconds_count'},
        {name: 'stt_vad_detections_total', labels: {action: 'detected'}},
      ],
    },
    {
      call: recognizeStream,
      grows: [{name: 'stt_requests_total', labels: {method: 'RecognizeStream', status: 'OK'}}],
    },
    {
      call: refuseNothing,
      grows: [
        {name: 'stt_requests_total', labels: {method: 'Recognize', status: 'INVALID_ARGUMENT'}},
        {name: 'stt_errors_total', labels: {error_type: 'AUDIO_EMPTY'}},
      ],
    },
  ]),
]
