import {type Channel, createClient} from 'nice-grpc'
import {HealthDefinition} from 'nice-grpc-server-health'

/** Follows what the standard health service tells of a service. @returns a function that resolves once it tells this status */
export const watchHealth = (channel: Channel, service: string) => {
  const stop = new AbortController()
  const told = createClient(HealthDefinition, channel).watch({service}, {signal: stop.signal})
  const statuses = told[Symbol.asyncIterator]()
  const until = async (status: 'SERVING' | 'NOT_SERVING'): Promise<void> => {
    for (;;) {
      const {value, done} = await statuses.next()
      if (done) throw new Error(`the health service ended before it said ${status}`)
      if (value.status === numbers[status]) return
    }
  }
  return {until, [Symbol.dispose]: () => stop.abort()}
}

/** Of grpc.health.v1. */
const numbers = {SERVING: 1, NOT_SERVING: 2}
