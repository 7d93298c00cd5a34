import * as z from 'zod'
import type {Job} from '../job.ts'

/** What is kept of a message; `message`, `progress` and `mark` while it is open, `message` also of a dead letter. */
export const jobRecord = z.object({
  id: z.string(),
  lane: z.string(),
  state: z.enum(['received', 'sending', 'done', 'dead']),
  receivedAt: z.number(),
  message: z.unknown().optional(),
  progress: z.unknown().optional(),
  joined: z.array(z.string()).optional(),
  mark: z.string().optional(),
  crashes: z.number(),
  tries: z.number(),
  suspect: z.boolean(),
  alone: z.boolean(),
  /** ms since the epoch before which it is left alone. */
  after: z.number(),
  failure: z.string().optional(),
  stopped: z.boolean(),
  /** The worker that has it, until when unless it says more, and by which claim of its. */
  holder: z.string().optional(),
  heldUntil: z.number(),
  claim: z.string().optional(),
})

export type JobRecord = z.infer<typeof jobRecord>

/** One that nobody has begun. */
export const newRecord = (job: Pick<JobRecord, 'id' | 'lane' | 'receivedAt' | 'message'>): JobRecord => ({
  ...job,
  state: 'received',
  progress: undefined,
  crashes: 0,
  tries: 0,
  suspect: false,
  alone: false,
  after: 0,
  stopped: false,
  heldUntil: 0,
})

export const isOpen = ({state}: JobRecord): boolean => state === 'received' || state === 'sending'

/** One that ended, without what was in it. */
export const closed = (record: JobRecord): JobRecord => ({
  ...newRecord({...record, message: undefined}),
  state: 'done',
  claim: record.claim,
})

/** The job of a record. @returns what is wrong with it, where it cannot be read */
export const readJob = <Message, Part>(
  record: JobRecord,
  {message, progress}: {message: z.ZodType<Message>; progress: z.ZodType<Job<Message, Part>['progress']>},
): {job: Job<Message, Part>} | {failure: string} => {
  const [content, sent] = [message.safeParse(record.message), progress.optional().safeParse(record.progress)]
  if (!content.success) return {failure: z.prettifyError(content.error)}
  if (!sent.success) return {failure: z.prettifyError(sent.error)}
  const {id, lane, receivedAt, joined = [], mark, crashes, tries, suspect} = record
  const state = record.state === 'sending' ? 'sending' : 'received'
  return {
    job: {
      id,
      lane,
      state,
      receivedAt,
      message: content.data,
      progress: sent.data,
      joined,
      mark,
      crashes,
      tries,
      suspect,
    },
  }
}
