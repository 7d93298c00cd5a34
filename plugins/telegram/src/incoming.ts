import {partyKinds} from '@essence/core/access/channel/port'
import {refusalSchema, type Sender, type Verdict} from '@essence/core/channel/admission'
import {storedSchema} from '@essence/core/channel/recordings/recordings'
import {keptReminder} from '@essence/core/channel/reminders/kept-reminder'
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
  /** Where it was put when it came. Default: it is with Telegram only. */
  stored: storedSchema.optional(),
})

const text = z.object({kind: z.literal('text'), text: z.string()})

const content = z.discriminatedUnion('kind', [
  sound,
  text,
  /** What several messages say, in order, that are answered together. */
  z.object({kind: z.literal('collected'), said: z.array(z.discriminatedUnion('kind', [sound, text]))}),
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
  /** Why it is not answered, put in the place of the message. */
  ...refusalSchema.options,
])

/** What is kept of an update until it is answered: no more than the answer needs. */
export const incomingSchema = z.object({
  updateId: z.number().int(),
  chatId: z.number().int(),
  /** Of a group that has another id by now: the first one, by which its conversations are known. */
  firstChatId: z.number().int().optional(),
  messageId: z.number().int(),
  userId: z.string(),
  /** As Telegram shows them: `Ada (@ada)`. */
  userName: z.string().optional(),
  /** ISO 639-1 of the person's app, where Telegram says it; then what the bot speaks with them. */
  language: z.string().optional(),
  /** Of a message in a group: how it is meant for the bot; absent where it is a message to all. */
  group: z
    .object({addressed: z.enum(['mention', 'reply', 'command']).optional(), name: z.string().optional()})
    .optional(),
  /** A later version of a message that was answered before, or is about to be. */
  edited: z.boolean().optional(),
  /** Of one of several that were sent at once: what they have in common. */
  album: z.string().optional(),
  content,
})

/** A reminder that was taken over: it waits and is sent as an answer is. */
const reminderSchema = z.object({
  chatId: z.number().int(),
  userId: z.string(),
  content: keptReminder,
})

/** Somebody asks to be let in, which an owner is told; or was let in, which they are told. */
const pairingSchema = z.object({
  chatId: z.number().int(),
  userId: z.string(),
  /** What the bot speaks with them. */
  language: z.string().optional(),
  content: z.object({
    kind: z.enum(['asks', 'let-in']),
    code: z.string(),
    party: z.enum(partyKinds),
    /** For owners: name and id. */
    who: z.string(),
  }),
})

/** What the journal keeps until it is done. */
export const pendingSchema = z.union([incomingSchema, reminderSchema, pairingSchema])

export type PendingReminder = z.infer<typeof reminderSchema>
export type PendingPairing = z.infer<typeof pairingSchema>
export type Pending = z.infer<typeof pendingSchema>

/** Somebody wrote it; the rest is what the bot itself has to tell. */
export const isIncoming = (pending: Pending): pending is Incoming => 'updateId' in pending

export const isReminder = (pending: Pending): pending is PendingReminder => pending.content.kind === 'reminder'

export const isPairing = (pending: Pending): pending is PendingPairing =>
  pending.content.kind === 'asks' || pending.content.kind === 'let-in'

/** What identifies it: Telegram's number, or the id of what the bot itself has to tell. */
export const idOf = (pending: Pending): string => {
  if (isIncoming(pending)) return String(pending.updateId)
  if (isPairing(pending)) return `${pending.content.kind}-${pending.content.code}-${pending.userId}`
  return `reminder-${pending.content.id}`
}

/** Who wrote it, or is written to, and where. */
export const senderOf = (pending: Pending): Sender => {
  const {chatId, userId: id} = pending
  const {userName: name, group} = isIncoming(pending) ? pending : {}
  // Ids of groups are below zero.
  return {person: {id, name}, group: chatId < 0 ? {id: String(chatId), name: group?.name} : undefined}
}

export type Incoming = z.infer<typeof incomingSchema>
export type Content = Incoming['content']
export type Sound = z.infer<typeof sound>

/** What can be answered together with others. */
export type Collectable = Extract<Content, {kind: 'collected'}>['said'][number]

/** What is kept of a message by the verdict on its sender; undefined: nothing. */
export const admitted = (incoming: Incoming, verdict: Verdict): Incoming | undefined => {
  if (verdict.kind === 'ignored') return undefined
  return verdict.kind === 'admitted' ? incoming : {...incoming, content: verdict}
}
