import {Counter, Gauge, Histogram, type Registry} from 'prom-client'

/** Seconds; from a short word on a GPU to a long recording on a CPU. */
export const callBuckets = [0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 13, 21, 34, 60, 180, 600]

/** Metrics of the calls of a service: every one, also those refused before they began. */
export interface CallMetrics {
  started(): void
  /** @param error a code of the error table, where it failed by one */
  ended(call: {method: string; status: string; seconds: number; error: string | undefined}): void
}

/** `<prefix>_requests_total{method,status}`, `<prefix>_request_duration_seconds`, `_active_connections`, `_errors_total`. */
export const callMetrics = (registry: Registry, prefix: string): CallMetrics => {
  const registers = [registry]
  const requests = new Counter({
    name: `${prefix}_requests_total`,
    help: 'Calls by method and gRPC status',
    labelNames: ['method', 'status'] as const,
    registers,
  })
  const duration = new Histogram({
    name: `${prefix}_request_duration_seconds`,
    help: 'From the first byte of a call to its status',
    labelNames: ['method'] as const,
    buckets: callBuckets,
    registers,
  })
  const active = new Gauge({name: `${prefix}_active_connections`, help: 'Calls being worked on', registers})
  const errors = new Counter({
    name: `${prefix}_errors_total`,
    help: 'Failed calls by error code',
    labelNames: ['error_type'] as const,
    registers,
  })
  return {
    started: () => active.inc(),
    ended({method, status, seconds, error}) {
      active.dec()
      requests.inc({method, status})
      duration.observe({method}, seconds)
      if (status !== 'OK') errors.inc({error_type: error ?? status})
    },
  }
}
