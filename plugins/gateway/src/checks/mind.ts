import {expectEqual, expectMatch, expectThat, mismatch} from '@essence/core/proof/checks/expect'
import {jsonOf} from '@essence/core/proof/checks/http'
import type {ServiceCheck} from '@essence/core/proof/service-checks'
import {ask} from './ask.ts'

/** Mocks may remember nothing; then the gateway says so, and does not fail. */
const memory: ServiceCheck = {
  name: 'GET /api/memory',
  async run(service, signal) {
    const response = await ask(service, '/api/memory', signal)
    const {facts, error} = jsonOf('GET /api/memory', await response.text()) as {
      facts?: unknown
      error?: {code: string; message: string}
    }
    if (response.status === 200) {
      expectThat('what June knows', Array.isArray(facts), 'a list', facts)
      return
    }
    expectEqual('the refusal of GET /api/memory', [response.status, error?.code], [503, 'STORE_UNAVAILABLE'])
    expectMatch('why nothing is known', error?.message ?? '', /remembers nothing/)
  },
}

/** Nothing is due: that the stream opens and a reminder can be taken is all that shows. */
const reminders: ServiceCheck = {
  name: 'GET /api/reminders',
  async run(service, signal) {
    const leave = new AbortController()
    try {
      const path = '/api/reminders?session=mock-check'
      const response = await ask(service, path, AbortSignal.any([signal, leave.signal]))
      expectEqual('the status of GET /api/reminders', response.status, 200)
      expectMatch('its type', response.headers.get('content-type'), /^text\/event-stream/)
      const first = await response.body?.getReader().read()
      if (!first || first.done) throw mismatch('the stream of reminders', 'one that stays open', 'its end')
    } finally {
      leave.abort()
    }
    const {status} = await ask(service, '/api/reminders/none', signal, {method: 'DELETE'})
    expectEqual('the status of DELETE /api/reminders', status, 204)
  },
}

export const mindChecks: ServiceCheck[] = [memory, reminders]
