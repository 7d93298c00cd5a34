// A connection to a supervisor carries one request and is answered as the host program answers (../protocol.ts): events,
// then one result or one error, a JSON object a line. Its end before the answer cancels the request.
import * as z from 'zod'

const ms = z.number().nonnegative()

export const switchRequestSchema = z.object({
  build: z.string(),
  envFile: z.string().optional(),
  readyMs: ms,
  settleMs: ms,
  drainMs: ms,
  handover: z.enum(['beside', 'instead']).optional(),
})

export const controlRequestSchema = z.discriminatedUnion('ask', [
  z.object({ask: z.literal('status')}),
  z.object({ask: z.literal('switch'), request: switchRequestSchema}),
  z.object({ask: z.literal('stop'), drainMs: ms}),
])
export type ControlRequest = z.infer<typeof controlRequestSchema>

/** Bytes of a request. */
export const maxRequestLength = 1024 ** 2

export const supervisedStateSchema = z.object({
  state: z.enum(['stopped', 'starting', 'ready', 'unhealthy', 'restarting', 'gave-up']),
  build: z.string().optional(),
  pid: z.number().optional(),
  startedAt: z.number().optional(),
  restarts: z.number(),
  lastEnd: z.string().optional(),
  health: z.unknown().optional(),
  supervisorPid: z.number(),
})

export const switchedSchema = z.object({build: z.string(), readyMs: z.number(), gapMs: z.number()})

/** What a supervisor says before it ends. */
export const stoppedSchema = z.object({pid: z.number(), started: z.string()})
