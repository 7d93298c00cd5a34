import {expectEqual} from '@essence/core/proof/expect'
import {healthCheck, metricsCheck} from '@essence/core/proof/http-checks'
import type {ServiceCheck, ServiceChecks} from '@essence/core/proof/service-checks'

const greets: ServiceCheck = {
  name: 'GET /hello',
  async run({address}, signal) {
    const answer = await fetch(`${address}/hello?name=Ada`, {signal})
    expectEqual('the greeting', await answer.json(), {greeting: 'Good day, Ada.'})
  },
}

/** What must work in mock mode, tried over the network. */
const checks = (): ServiceChecks => ({
  service: 'hello',
  open: async () => ({checks: [healthCheck([]), metricsCheck([]), greets]}),
})

export default checks
