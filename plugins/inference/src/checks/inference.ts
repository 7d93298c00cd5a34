import {mindService} from '@essence/core/assistant/grpc/mind-messages'
import {healthCheck, metricsCheck} from '@essence/core/proof/checks/http'
import {accessCheck, standardChecks} from '@essence/core/proof/checks/rpc'
import type {ServiceCheck} from '@essence/core/proof/service-checks'
import {answerChecks, chat, languageModel} from './answers.ts'
import {refusals, refuseRole} from './refusals.ts'

/** Every RPC and route of the service, whose model is the mock. */
export const inferenceChecks: ServiceCheck[] = [
  healthCheck(['engine']),
  ...standardChecks(languageModel, [mindService]),
  accessCheck(languageModel, (client, signal) => client.healthCheck({}, {signal})),
  ...answerChecks,
  refusals,
  metricsCheck([
    {
      call: (service, signal) => chat(service, {messages: [{role: 'user', content: 'Hi.'}]}, signal),
      grows: [
        {name: 'inference_requests_total', labels: {method: 'Chat', status: 'OK'}},
        {name: 'inference_request_duration_seconds_count', labels: {method: 'Chat'}},
        {name: 'inference_time_to_first_token_seconds_count'},
        {name: 'inference_tokens_total', labels: {kind: 'completion'}},
      ],
    },
    {
      call: refuseRole,
      grows: [
        {name: 'inference_requests_total', labels: {method: 'Chat', status: 'INVALID_ARGUMENT'}},
        {name: 'inference_errors_total', labels: {error_type: 'USAGE'}},
      ],
    },
  ]),
]
