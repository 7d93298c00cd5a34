import {expectEqual, expectMatch, expectThat} from '@essence/core/proof/checks/expect'
import {healthCheck, metricsCheck} from '@essence/core/proof/checks/http'
import {mockRate} from '@essence/core/proof/checks/mock-speech'
import type {ServiceCheck} from '@essence/core/proof/service-checks'
import {ask} from './ask.ts'
import {mindChecks} from './mind.ts'
import {pageCheck} from './page.ts'
import {refusals} from './refusals.ts'
import {textTurn, turnChecks} from './turn.ts'

const statusCheck: ServiceCheck = {
  name: 'GET /api/status',
  async run(service, signal) {
    const response = await ask(service, '/api/status', signal)
    expectEqual('the status of GET /api/status', response.status, 200)
    const {ready, lines, notices, voices, sampleRate, maxAudioMs} = (await response.json()) as Record<string, never>
    expectEqual('whether June is ready, and the rate she speaks at, in Hz', [ready, sampleRate], [true, mockRate])
    const ids = (voices as {id: string}[] | undefined)?.map(({id}) => id)
    expectEqual('the voices', ids, ['mock-low', 'mock-high'])
    expectThat('the longest recording, in ms', Number(maxAudioMs) > 0, 'more than 0', maxAudioMs)
    for (const role of ['speech recognition: mock', 'answers: mock', 'speech synthesis: mock']) {
      expectMatch('what runs', String(lines), new RegExp(role))
    }
    expectMatch('what is only a demonstration', String(notices), /stand-in/)
  },
}

/** The mock remembers nothing: that it is told to forget is all that shows. */
const forgetCheck: ServiceCheck = {
  name: 'DELETE /api/session/:session',
  async run(service, signal) {
    const session = 'mock-check'
    await textTurn(service, signal, {session})
    for (const when of ['after a turn', 'once more']) {
      const {status} = await ask(service, `/api/session/${session}`, signal, {method: 'DELETE'})
      expectEqual(`the status of DELETE /api/session ${when}`, status, 204)
    }
  },
}

/** Every route of the gateway, whose engines are mocks. */
export const gatewayChecks: ServiceCheck[] = [
  healthCheck(['stt', 'llm', 'tts']),
  pageCheck,
  statusCheck,
  ...turnChecks,
  forgetCheck,
  ...mindChecks,
  ...refusals,
  metricsCheck([
    {
      call: textTurn,
      grows: [
        {name: 'june_turns_total', labels: {channel: 'web', result: 'ok'}},
        {name: 'june_turn_stage_seconds_count', labels: {channel: 'web', stage: 'total'}},
        {name: 'june_turn_stage_seconds_count', labels: {channel: 'web', stage: 'ttfa'}},
      ],
    },
  ]),
]
