import type {Verdict} from '@essence/core/channel/admission'
import * as z from 'zod'

/** A voice message, an audio file, a video, a video note or a document with sound, as its sender describes it. */
const sound = z.object({
  kind: z.literal('sound'),
  fileId: z.string(),
  /** Bytes and seconds, where Telegram says them. */
  bytes: z.number().optional(),
  seconds: z.number().optional(),
  /** What is asked about it, where it is another message that somebody refers to. */
  question: z.string().optional(),
})

const content = z.discriminatedUnion('kind', [
  sound,
  z.object({kind: z.literal('text'), text: z.string()}),
  z.object({
    kind: z.literal('command'),
    name: z.string(),
    /** What stands behind the name. */
    argument: z.string().optional(),
  }),
  /** A button below a question was pressed; `label` is what it said. */
  z.object({
    kind: z.literal('decision'),
    queryId: z.string(),
    confirmation: z.string(),
    accepted: z.boolean(),
    label: z.string(),
  }),
  /** Something the bot has no ears for: a photo, a sticker … */
  z.object({kind: z.literal('unsupported')}),
  /** More messages than one person may send; put in the place of the message. */
  z.object({kind: z.literal('too-many'), retryAfterMs: z.number()}),
])

/** What is kept of an update until it is answered: no more than the answer needs. */
export const incomingSchema = z.object({
  updateId: z.number().int(),
  chatId: z.number().int(),
  messageId: z.number().int(),
  userId: z.string(),
  /** ISO 639-1 of the person's app, where Telegram says it; then what the bot speaks with them. */
  language: z.string().optional(),
  /** Of a message in a group: how it is meant for the bot; absent where it is a message to all. */
  group: z.object({addressed: z.enum(['mention', 'reply', 'command']).optional()}).optional(),
  /** A later version of a message that was answered before, or is about to be. */
  edited: z.boolean().optional(),
  content,
})

/** A reminder that was taken over: it waits and is sent as an answer is. */
const reminderSchema = z.object({
  chatId: z.number().int(),
  userId: z.string(),
  content: z.object({
    kind: z.literal('reminder'),
    id: z.string(),
    text: z.string(),
    language: z.string().optional(),
    /** ms since the epoch. */
    dueAt: z.number(),
  }),
})

/** What the journal keeps until it is done. */
export const pendingSchema = z.union([incomingSchema, reminderSchema])

export type PendingReminder = z.infer<typeof reminderSchema>
export type Pending = z.infer<typeof pendingSchema>

export const isReminder = (pending: Pending): pending is PendingReminder => pending.content.kind === 'reminder'

/** What identifies it: Telegram's number, or the reminder's own id. */
export const idOf = (pending: Pending): string =>
  'updateId' in pending ? String(pending.updateId) : `reminder-${pending.content.id}`

export type Incoming = z.infer<typeof incomingSchema>
export type Content = Incoming['content']
export type Sound = z.infer<typeof sound>

/** What is kept of a message by the verdict on its sender; undefined: nothing. */
export const admitted = (incoming: Incoming, verdict: Verdict): Incoming | undefined => {
  if (verdict.kind === 'ignored') return undefined
  if (verdict.kind === 'too-many') return {...incoming, content: verdict}
  // A stranger's message is answered by saying so, whatever it holds.
  return incoming
}
