import * as z from 'zod'

// Every header that decides something is checked here, once. One that is not of its form counts as not sent.

const optional = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined)

const count = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)

/** Of `bytes 0-99/1000`; the total may be `*`. */
const range = z
  .string()
  .transform(text => /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(text)?.slice(1) ?? [])
  .pipe(z.tuple([count, count, z.union([count, z.literal('*').transform(() => undefined)])]))
  .transform(([start, end, total]) => ({start, end, total}))

/** sha256, or the id of a Git blob, written as an etag. */
const digest = z
  .string()
  .transform(etag => etag.replace(/^W\//, '').replaceAll('"', ''))
  .pipe(z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/))

const date = z.string().transform(Date.parse).pipe(z.number())

const headersSchema = z.object({
  'content-type': optional(z.string()),
  'content-encoding': optional(z.string()),
  'content-length': optional(count),
  'content-range': optional(range),
  etag: optional(z.string()),
  location: optional(z.string()),
  date: optional(date),
  'retry-after': optional(z.union([count.transform(seconds => ({ms: seconds * 1000})), date.transform(at => ({at}))])),
  // https://huggingface.co/docs/hub/rate-limits: `"api";r=0;t=20`, seconds until requests are counted anew.
  ratelimit: optional(
    z
      .string()
      .transform(text => /;\s*t=(\d{1,9})/.exec(text)?.[1])
      .pipe(count),
  ),
  'x-error-code': optional(z.string().regex(/^\w+$/)),
  'x-linked-etag': optional(digest),
})

export type AnswerHeaders = z.output<typeof headersSchema>

/** The headers of an answer that mean something here; of several of one name the first. */
export const readHeaders = (headers: Record<string, string | string[] | undefined>): AnswerHeaders =>
  headersSchema.parse(
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat()[0]])),
  )

/** The pause a busy server asks for, ms; `Retry-After` counts first. Dates are taken by its own clock, ours may be wrong. */
export const askedPauseMs = ({'retry-after': after, ratelimit, date: now = Date.now()}: AnswerHeaders) => {
  if (after) return 'ms' in after ? after.ms : Math.max(0, after.at - now)
  return ratelimit === undefined ? undefined : ratelimit * 1000
}
