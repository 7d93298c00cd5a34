import {setTimeout as delay} from 'node:timers/promises'
import {Gauge} from 'prom-client'
import type {Metrics} from '../../service/metrics.ts'
import type {Jobs} from './job.ts'

/** ms to wait for a count: a server that is away is not to hold up all other figures. */
const withinMs = 2000

/**
 * `june_messages`: how many messages of a bot wait, are worked on, and were given up. Nothing is offered where they cannot be counted.
 * @param channel `telegram`
 * @param jobs nothing while the service starts
 */
export const watchQueue = (
  {registry}: Pick<Metrics, 'registry'>,
  channel: string,
  jobs: () => Pick<Jobs<unknown, unknown>, 'count'> | undefined,
): void => {
  const gauge: Gauge = new Gauge({
    name: 'june_messages',
    help: 'Messages by state: waiting to be answered, working, or dead (given up, and kept for a week)',
    labelNames: ['channel', 'state'] as const,
    registers: [registry],
    async collect() {
      const late = new AbortController()
      const counted = await Promise.race([
        jobs()
          ?.count()
          .catch(() => undefined),
        delay(withinMs, undefined, {signal: late.signal}).catch(() => undefined),
      ])
      late.abort()
      gauge.reset()
      for (const [state, count] of Object.entries(counted ?? {})) gauge.set({channel, state}, count)
    },
  })
}
