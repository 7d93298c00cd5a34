import type {Verdict} from '@essence/core/channel/admission'
import * as z from 'zod'
import {decisionOf} from './buttons.ts'

/** A voice message, an audio file, a video, a video note or a document with sound, as its sender describes it. */
const sound = z.object({
  kind: z.literal('sound'),
  fileId: z.string(),
  /** Bytes and seconds, where Telegram says them. */
  bytes: z.number().optional(),
  seconds: z.number().optional(),
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

const file = z.object({
  file_id: z.string(),
  file_size: z.number().optional(),
  duration: z.number().optional(),
  mime_type: z.string().optional(),
  file_name: z.string().optional(),
})

/** Names of sound files and films that are sent as documents of no particular type. */
const soundName =
  /\.(aac|aif{1,2}|amr|avi|flac|flv|m4a|mka|mkv|mov|mp3|mp4|mpe?g|oga|ogg|ogv|opus|ts|wav|webm|wma|wmv|3gp)$/i

/** The part of Telegram's Message that is read; the rest is dropped. */
const message = z.object({
  message_id: z.number().int(),
  chat: z.object({id: z.number().int(), type: z.string()}),
  from: z.object({id: z.number().int(), is_bot: z.boolean().optional()}).optional(),
  text: z.string().optional(),
  voice: file.optional(),
  audio: file.optional(),
  video: file.optional(),
  video_note: file.optional(),
  document: file.optional(),
  photo: z.unknown().optional(),
  sticker: z.unknown().optional(),
  location: z.unknown().optional(),
  contact: z.unknown().optional(),
  poll: z.unknown().optional(),
  animation: z.unknown().optional(),
})

const button = z.object({text: z.string(), callback_data: z.string().optional()})

const callbackQuery = z.object({
  id: z.string(),
  from: z.object({id: z.number().int()}),
  /** The question, also where it is too old to be shown in full. */
  message: z.object({
    message_id: z.number().int(),
    chat: z.object({id: z.number().int(), type: z.string()}),
    reply_markup: z.object({inline_keyboard: z.array(z.array(button))}).optional(),
  }),
  data: z.string(),
})

const update = z.object({
  update_id: z.number().int(),
  callback_query: callbackQuery.optional(),
  message: message.optional(),
  edited_message: message.optional(),
})

type RawMessage = z.infer<typeof message>

/** What is asked of Telegram. */
export const allowedUpdates = ['message', 'edited_message', 'callback_query'] as const

/**
 * Reads one update as Telegram sent it.
 * @returns undefined for what is not for this bot: groups, channels, other bots, service messages, and what is malformed
 */
export const readIncoming = (raw: unknown): Incoming | undefined => {
  const {data} = update.safeParse(raw)
  if (data?.callback_query) return readDecision(data.update_id, data.callback_query)
  const message = data?.message ?? data?.edited_message
  // In a group all members would read what one person says to June, and strangers could speak to her.
  if (!data || !message?.from || message.from.is_bot || message.chat.type !== 'private') return undefined
  const content = contentOf(message)
  const edited = data.message === undefined
  // A caption that was changed, or a place that moves, asks nothing.
  if (!content || (edited && content.kind !== 'text')) return undefined
  return {
    updateId: data.update_id,
    chatId: message.chat.id,
    messageId: message.message_id,
    userId: String(message.from.id),
    edited: edited || undefined,
    content,
  }
}

const readDecision = (
  updateId: number,
  {id, from, message, data}: z.infer<typeof callbackQuery>,
): Incoming | undefined => {
  const decision = decisionOf(data)
  if (!decision || message.chat.type !== 'private') return undefined
  const buttons = message.reply_markup?.inline_keyboard.flat() ?? []
  const label = buttons.find(({callback_data}) => callback_data === data)?.text ?? (decision.accepted ? 'Yes' : 'No')
  return {
    updateId,
    chatId: message.chat.id,
    messageId: message.message_id,
    userId: String(from.id),
    content: {kind: 'decision', queryId: id, label, ...decision},
  }
}

/** What is kept of a message by the verdict on its sender; undefined: nothing. */
export const admitted = (incoming: Incoming, verdict: Verdict): Incoming | undefined => {
  if (verdict.kind === 'ignored') return undefined
  if (verdict.kind === 'too-many') return {...incoming, content: verdict}
  // A stranger's message is answered by saying so, whatever it holds.
  return incoming
}

const contentOf = (message: RawMessage): Content | undefined => {
  const {text, voice, audio, video, video_note, document, animation} = message
  if (text !== undefined) {
    // `/status@june_bot` in private chats too, where a person picked it from a list.
    const [, command, argument] = /^\/(\w+)(?:@\w+)?(?:\s+([\s\S]*))?$/.exec(text.trim()) ?? []
    if (!command) return {kind: 'text', text}
    return {kind: 'command', name: command.toLowerCase(), argument: argument || undefined}
  }
  // A document of its own kind comes beside an animation, which has no sound.
  const file =
    voice ?? audio ?? video ?? video_note ?? (animation === undefined && isSound(document) ? document : undefined)
  if (file) {
    return {kind: 'sound', fileId: file.file_id, bytes: file.file_size, seconds: file.duration}
  }
  const {photo, sticker, location, contact, poll} = message
  const something = document ?? photo ?? sticker ?? location ?? contact ?? poll ?? animation
  return something === undefined ? undefined : {kind: 'unsupported'}
}

const isSound = (document: z.infer<typeof file> | undefined): boolean => {
  const {mime_type: type = '', file_name: name = ''} = document ?? {}
  return /^(audio|video)\/|^application\/ogg$/.test(type) || soundName.test(name)
}
