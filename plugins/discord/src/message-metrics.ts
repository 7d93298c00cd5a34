import type {Metrics} from '@essence/core/service/metrics'
import {Counter} from 'prom-client'

/** Counts what people send, by kind; `dropped` is what was not even answered. */
export const countMessages = (registry: Metrics['registry']): ((kind: string) => void) => {
  const messages = new Counter({
    name: 'discord_messages_total',
    help: 'Messages by kind; dropped: of strangers and of people over their limit, beyond the one reply they get',
    labelNames: ['type'] as const,
    registers: [registry],
  })
  return type => messages.inc({type})
}
