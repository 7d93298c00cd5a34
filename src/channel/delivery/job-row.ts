import * as z from 'zod'

const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue('is no JSON')
        return z.NEVER
      }
    })
    .pipe(schema)

const flag = z.number().transform(n => n === 1)

/** A row of `jobs` that is open, as the job it is; what an earlier version stored is checked anew. */
export const rowSchema = <Message, Progress>(message: z.ZodType<Message>, progress: z.ZodType<Progress>) =>
  z
    .object({
      id: z.string(),
      lane: z.string(),
      state: z.enum(['received', 'sending']),
      received_at: z.number(),
      content: json(message),
      progress: json(progress).nullish(),
      joined: json(z.array(z.string())).nullish(),
      mark: z.string().nullish(),
      crashes: z.number(),
      tries: z.number(),
      outages: z.number(),
      suspect: flag,
    })
    .transform(({received_at: receivedAt, content, progress, joined, mark, ...row}) => ({
      ...row,
      receivedAt,
      message: content,
      progress: progress ?? undefined,
      joined: joined ?? [],
      mark: mark ?? undefined,
    }))
