import * as z from 'zod'
import type {Job, Setback} from '../job.ts'

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
  outages: z.number().default(0),
  suspect: z.boolean(),
  alone: z.boolean(),
  /** ms since the epoch between which it is left alone; before the first, the clock was set back. */
  after: z.number(),
  waitsFrom: z.number().default(0),
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
  outages: 0,
  suspect: false,
  alone: false,
  after: 0,
  waitsFrom: 0,
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

/** Between two machines that share jobs, and whose clocks differ by less, in ms, no pause is cut short. */
const skewMs = 60_000

/** ms for which it is left alone; 0: it is not. @param at ms since the epoch, now */
export const pauseLeft = ({after, waitsFrom}: JobRecord, at: number): number =>
  waitsFrom > at + skewMs ? 0 : Math.max(0, after - at)

/** Left alone for so long from now. */
export const pausing = (ms: number, at: number): Pick<JobRecord, 'after' | 'waitsFrom'> => ({
  after: at + Math.ceil(ms),
  waitsFrom: at,
})

/** One that is given back before it has ended. */
export const failed = (record: JobRecord, {why: failure, afterMs, outage}: Setback, at: number): JobRecord => ({
  ...record,
  ...pausing(afterMs, at),
  ...(outage ? {outages: record.outages + 1} : {tries: record.tries + 1}),
  failure,
})

/** As it was before the clock was set to what it is: just received, and at the beginning of its pause. */
export const received = (record: JobRecord, at: number): JobRecord => ({
  ...record,
  receivedAt: at,
  ...(record.waitsFrom === 0 ? {} : pausing(record.after - record.waitsFrom, at)),
})

/** The job of a record. @param at ms since the epoch, now @returns what is wrong with it, where it cannot be read */
export const readJob = <Message, Part>(
  record: JobRecord,
  at: number,
  {message, progress}: {message: z.ZodType<Message>; progress: z.ZodType<Job<Message, Part>['progress']>},
): {job: Job<Message, Part>} | {failure: string} => {
  const [content, sent] = [message.safeParse(record.message), progress.optional().safeParse(record.progress)]
  if (!content.success) return {failure: z.prettifyError(content.error)}
  if (!sent.success) return {failure: z.prettifyError(sent.error)}
  const {id, lane, receivedAt, joined = [], mark, crashes, tries, outages, suspect} = record
  const state = record.state === 'sending' ? 'sending' : 'received'
  return {
    job: {
      id,
      lane,
      state,
      ageMs: at - receivedAt,
      message: content.data,
      progress: sent.data,
      joined,
      mark,
      crashes,
      tries,
      outages,
      suspect,
    },
  }
}
