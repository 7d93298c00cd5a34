import {refusalSchema, type Sender, type Verdict} from '@essence/core/channel/admission'
import {storedSchema} from '@essence/core/channel/recordings/recordings'
import {keptReminder} from '@essence/core/channel/reminders/kept-reminder'
import * as z from 'zod'

/** A number that Discord gives: https://discord.com/developers/docs/reference#snowflakes */
export const snowflake = z.string().regex(/^\d{1,20}$/)

/** A person, as Discord describes them. */
export const rawPerson = z.object({id: snowflake, username: z.string().nullish(), global_name: z.string().nullish()})

/** `Ada (@ada)` */
export const nameOf = ({username, global_name: shown}: z.infer<typeof rawPerson>): string | undefined =>
  [shown, username && (shown ? `(@${username})` : `@${username}`)].filter(Boolean).join(' ') || undefined

/** The id of what Discord tells of, where it is as it should be. */
export const rawIdOf = (raw: unknown): string | undefined => z.object({id: snowflake}).safeParse(raw).data?.id

const deleted = z.union([
  z
    .object({channel_id: snowflake, id: snowflake})
    .transform(({channel_id, id}) => ({channelId: channel_id, ids: [id]})),
  z
    .object({channel_id: snowflake, ids: z.array(snowflake)})
    .transform(({channel_id, ids}) => ({channelId: channel_id, ids})),
])

/** Messages of a channel that are gone. @returns undefined for what is malformed */
export const readDeleted = (raw: unknown): z.infer<typeof deleted> | undefined => deleted.safeParse(raw).data

/** A voice message, an audio file or a video, as Discord describes it. */
const sound = z.object({
  kind: z.literal('sound'),
  attachmentId: snowflake,
  url: z.url(),
  /** Bytes and seconds, where Discord says them. */
  bytes: z.number().optional(),
  seconds: z.number().optional(),
  /** Where the service put it; Discord has it otherwise. */
  stored: storedSchema.optional(),
  /** What is asked of it, in writing beside it. */
  question: z.string().optional(),
})

const text = z.object({kind: z.literal('text'), text: z.string()})

/** A recording among others, with the message it is in: by that its address is asked for anew. */
const soundOf = sound.extend({messageId: snowflake.optional()})

const content = z.discriminatedUnion('kind', [
  sound,
  text,
  /** What several messages say, in order, that are answered together. */
  z.object({kind: z.literal('collected'), said: z.array(z.discriminatedUnion('kind', [soundOf, text]))}),
  z.object({kind: z.literal('command'), name: z.string(), argument: z.string().optional()}),
  /** A button below a question was pressed; `label` is what it said. */
  z.object({kind: z.literal('decision'), confirmation: z.string(), accepted: z.boolean(), label: z.string()}),
  /** Something the bot has no ears for: a picture, a sticker … */
  z.object({kind: z.literal('unsupported')}),
  /** Why it is not answered; put in the place of the message. */
  ...refusalSchema.options,
])

/** A slash command, which is answered at an address of its own. */
const interaction = z.object({
  id: snowflake,
  applicationId: snowflake,
  token: z.string(),
  /** Only the person sees the answer. */
  isPrivate: z.boolean(),
})

/** What is kept of a message until it is answered: no more than the answer needs. */
export const incomingSchema = z.object({
  /** Discord's number; with the time, where it was edited. */
  id: z.string(),
  channelId: snowflake,
  /** The server it is in, where that is told. */
  guildId: snowflake.optional(),
  /** In a conversation of two. */
  isDirect: z.boolean(),
  /** The message that is answered, or that has the button. */
  messageId: snowflake.optional(),
  userId: snowflake,
  /** As Discord shows them: `Ada (@ada)`. */
  userName: z.string().optional(),
  /** How June is spoken to in a server; nothing: people talk to each other there. */
  addressed: z.enum(['mention', 'reply', 'command']).optional(),
  /** A later version of a message that was answered before, or is about to be. */
  edited: z.boolean().optional(),
  /** What Discord says of the person's language, where it does. */
  locale: z.string().optional(),
  interaction: interaction.optional(),
  content,
})

/** A reminder that was taken over: it waits and is sent as an answer is. */
const reminderSchema = z.object({
  channelId: snowflake,
  userId: snowflake,
  content: keptReminder,
})

/** Somebody asks to be let in, which an owner is told; or was let in, which they are told. */
const pairingSchema = z.object({
  channelId: snowflake,
  userId: snowflake,
  /** What the bot speaks with them. */
  language: z.string().optional(),
  content: z.object({
    kind: z.enum(['asks', 'let-in']),
    code: z.string(),
    /** For owners: name and id. */
    who: z.string(),
  }),
})

/** What is kept until it is done. */
export const pendingSchema = z.union([incomingSchema, reminderSchema, pairingSchema])

export type PendingReminder = z.infer<typeof reminderSchema>
export type PendingPairing = z.infer<typeof pairingSchema>
export type Pending = z.infer<typeof pendingSchema>
export type Incoming = z.infer<typeof incomingSchema>
export type Interaction = z.infer<typeof interaction>
export type Content = Incoming['content']
/** What a person said, wrote, or pressed. */
export type Asked = Incoming & {content: Extract<Content, {kind: 'sound' | 'text' | 'decision' | 'collected'}>}
export type Sound = z.infer<typeof sound>
/** What can be answered with others. */
export type Collectable = z.infer<typeof soundOf> | z.infer<typeof text>

/** Somebody wrote it; the rest is what the bot itself has to tell. */
export const isIncoming = (pending: Pending): pending is Incoming => 'isDirect' in pending

export const isReminder = (pending: Pending): pending is PendingReminder => pending.content.kind === 'reminder'

export const isPairing = (pending: Pending): pending is PendingPairing =>
  pending.content.kind === 'asks' || pending.content.kind === 'let-in'

/** What identifies it: Discord's number, or the id of what the bot itself has to tell. */
export const idOf = (pending: Pending): string => {
  if (isIncoming(pending)) return pending.id
  if (isPairing(pending)) return `${pending.content.kind}-${pending.content.code}-${pending.userId}`
  return `reminder-${pending.content.id.replace(/[^\w-]/g, '_')}`
}

/** What is kept of a message by the verdict on its sender; undefined: nothing. */
export const admitted = (incoming: Incoming, verdict: Verdict): Incoming | undefined => {
  if (verdict.kind === 'ignored') return undefined
  return verdict.kind === 'admitted' ? incoming : {...incoming, content: verdict}
}

/** What of a message can be answered with others. */
export const saidIn = ({content, messageId}: Pick<Incoming, 'content' | 'messageId'>): readonly Collectable[] => {
  if (content.kind === 'collected') return content.said
  if (content.kind === 'sound') return [{...content, messageId}]
  return content.kind === 'text' ? [content] : []
}

/** Whether somebody spoke. */
export const isSpoken = (message: Pick<Incoming, 'content' | 'messageId'>): boolean =>
  saidIn(message).some(({kind}) => kind === 'sound')

/** Who wrote, or is written to: a person, wherever it was; servers are let in by those who invite the bot. */
export const senderOf = (pending: Pending): Sender => ({
  person: {id: pending.userId, name: isIncoming(pending) ? pending.userName : undefined},
})
