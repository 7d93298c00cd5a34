// What is said to and by the host program: one JSON object a line.
import * as z from 'zod'
import {deploySteps, type HostEvent} from './events.ts'

/** The first line of standard input. What follows is not read; its end cancels the operation. */
export const hostRequestSchema = z.strictObject({
  /** `--root`. */
  root: z.string().startsWith('/').optional(),
  /** `HostOperations[Name]['input']` */
  input: z.unknown(),
})
export type HostRequest = z.infer<typeof hostRequestSchema>

const hostEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('step'),
    step: z.enum(deploySteps),
    state: z.enum(['started', 'done', 'failed', 'skipped']),
    detail: z.string().optional(),
    ms: z.number().optional(),
  }),
  z.object({type: z.literal('log'), lines: z.array(z.string())}),
]) satisfies z.ZodType<HostEvent>

/** Lines of standard output: events, then one result or one error. */
export const hostReplySchema = z.union([
  z.object({event: hostEventSchema}),
  z.object({result: z.unknown()}),
  z.object({error: z.object({code: z.string(), message: z.string(), suggestions: z.array(z.string())})}),
])
export type HostReply = z.infer<typeof hostReplySchema>
