import * as z from 'zod'
import {decisionOf} from './buttons.ts'
import type {Content, Incoming, Sound} from './incoming.ts'

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

/** Of a text, in UTF-16 code units: https://core.telegram.org/bots/api#messageentity */
const entity = z.object({
  type: z.string(),
  offset: z.number().int(),
  length: z.number().int(),
  user: z.object({id: z.number()}).optional(),
})

/** As people call themselves; a user name in brackets stands behind it, which nobody else is to imitate. */
const name = z
  .string()
  .transform(shown => shown.replaceAll('(@', '( @'))
  .optional()
  .catch(undefined)

const from = z.object({
  id: z.number().int(),
  is_bot: z.boolean().optional(),
  ...{first_name: name, last_name: name, username: name},
  language_code: z.string().optional(),
})

const anything = z.unknown().optional()

/** What the bot has no ears for. */
const unheard = {
  ...{photo: anything, sticker: anything, animation: anything, dice: anything, game: anything, story: anything},
  ...{location: anything, contact: anything, poll: anything, checklist: anything, paid_media: anything},
}

/** The part of Telegram's Message that is read; the rest is dropped. */
const content = z.object({
  from: from.optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  entities: z.array(entity).optional(),
  caption_entities: z.array(entity).optional(),
  voice: file.optional(),
  audio: file.optional(),
  video: file.optional(),
  video_note: file.optional(),
  document: file.optional(),
  ...unheard,
})

const chat = z.object({id: z.number().int(), type: z.string(), title: name})

const message = content.extend({
  message_id: z.number().int(),
  chat,
  reply_to_message: content.optional().catch(undefined),
  media_group_id: z.string().optional().catch(undefined),
  forward_origin: z.unknown().optional(),
  migrate_to_chat_id: z.number().int().optional().catch(undefined),
  migrate_from_chat_id: z.number().int().optional().catch(undefined),
})

const button = z.object({text: z.string(), callback_data: z.string().optional()})

const callbackQuery = z.object({
  id: z.string(),
  from,
  /** The question, also where it is too old to be shown in full. */
  message: z.object({
    message_id: z.number().int(),
    chat,
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
type RawContent = z.infer<typeof content>

/** What is asked of Telegram. */
export const allowedUpdates = ['message', 'edited_message', 'callback_query'] as const

/** The bot itself. */
export interface Me {
  id: number
  username: string
}

const groups = new Set(['group', 'supergroup'])

/**
 * Reads one update as Telegram sent it.
 * @returns undefined for what is not for this bot: channels, other bots and their commands, service messages, and what is malformed
 */
export const readIncoming = (raw: unknown, me: Me): Incoming | undefined => {
  const {data} = update.safeParse(raw)
  if (data?.callback_query) return readDecision(data.update_id, data.callback_query)
  const message = data?.message ?? data?.edited_message
  if (!data || !message?.from || message.from.is_bot) return undefined
  const isGroup = groups.has(message.chat.type)
  if (!isGroup && message.chat.type !== 'private') return undefined
  const content = contentOf(message, me)
  const edited = data.message === undefined
  // A caption that was changed, or a place that moves, asks nothing.
  if (!content || (edited && content.kind !== 'text' && content.kind !== 'command')) return undefined
  const addressed = isGroup ? addressedBy(message, content, me) : undefined
  if (isGroup && content.kind === 'unsupported' && !isAsked(message, addressed)) return undefined
  return {
    ...{updateId: data.update_id, chatId: message.chat.id, messageId: message.message_id},
    ...senderIn(message.from),
    group: isGroup ? {addressed, name: message.chat.title} : undefined,
    edited: edited || undefined,
    album: message.media_group_id,
    content,
  }
}

/** A group that became a supergroup, and has another id for it. */
export interface Moved {
  from: number
  to: number
}

/** What a notice says of a group's move: it comes in the old one, and in the new one. @returns undefined where the update is none */
export const readMoved = (raw: unknown): Moved | undefined => {
  const {chat, migrate_to_chat_id: to, migrate_from_chat_id: from} = update.safeParse(raw).data?.message ?? {}
  if (!chat || !groups.has(chat.type)) return undefined
  if (to !== undefined) return {from: chat.id, to}
  return from === undefined ? undefined : {from, to: chat.id}
}

const senderIn = ({id, first_name, last_name, username, language_code}: z.infer<typeof from>) => {
  const shown = [first_name, last_name].filter(Boolean).join(' ')
  const userName = [shown, username && (shown ? `(@${username})` : `@${username}`)].filter(Boolean).join(' ')
  return {userId: String(id), userName: userName || undefined, language: language_code}
}

type Addressed = 'mention' | 'reply' | 'command' | undefined

const addressedBy = (message: RawMessage, {kind}: Content, me: Me): Addressed => {
  // Of another bot's commands none comes here.
  if (kind === 'command') return /^\/\w+@/.test(message.text?.trim() ?? '') ? 'mention' : 'command'
  if (mentions(message, me).length > 0) return 'mention'
  return message.reply_to_message?.from?.id === me.id ? 'reply' : undefined
}

/** Whether something of a group that the bot cannot hear wants an answer: by a sticker people only nod. */
const isAsked = ({sticker, animation}: RawMessage, addressed: Addressed): boolean =>
  addressed === 'mention' || (addressed === 'reply' && sticker === undefined && animation === undefined)

/** Where a text or caption names the bot, the last place first. */
const mentions = ({text, caption, entities, caption_entities}: RawContent, me: Me) => {
  const words = text ?? caption ?? ''
  const names = (text === undefined ? caption_entities : entities) ?? []
  return names
    .filter(({type, offset, length, user}) =>
      type === 'mention'
        ? words.slice(offset, offset + length).toLowerCase() === `@${me.username.toLowerCase()}`
        : type === 'text_mention' && user?.id === me.id,
    )
    .toSorted((a, b) => b.offset - a.offset)
}

const readDecision = (
  updateId: number,
  {id, from, message, data}: z.infer<typeof callbackQuery>,
): Incoming | undefined => {
  const decision = decisionOf(data)
  const isGroup = groups.has(message.chat.type)
  if (!decision || (!isGroup && message.chat.type !== 'private')) return undefined
  const buttons = message.reply_markup?.inline_keyboard.flat() ?? []
  const label = buttons.find(({callback_data}) => callback_data === data)?.text ?? (decision.accepted ? 'Yes' : 'No')
  return {
    ...{updateId, chatId: message.chat.id, messageId: message.message_id},
    ...senderIn(from),
    group: isGroup ? {addressed: 'reply', name: message.chat.title} : undefined,
    content: {kind: 'decision', queryId: id, label, ...decision},
  }
}

const contentOf = (message: RawMessage, me: Me): Content | undefined => {
  const {text, reply_to_message: replied} = message
  if (text !== undefined) {
    // `/status@june_bot` in private chats too, where a person picked it from a list.
    const [, command, bot, argument] = /^\/(\w+)(?:@(\w+))?(?:\s+([\s\S]*))?$/.exec(text.trim()) ?? []
    if (command) {
      if (bot && bot.toLowerCase() !== me.username.toLowerCase()) return undefined
      return {kind: 'command', name: command.toLowerCase(), argument: argument || undefined}
    }
    return askedIn(withoutName(message, text, me), replied, me) ?? {kind: 'text', text}
  }
  const sound = soundOf(message)
  if (sound) return {...sound, question: captionOf(message, me) || undefined}
  const isUnheard = Object.keys(unheard).some(kind => message[kind as keyof typeof unheard] !== undefined)
  return message.document || isUnheard ? {kind: 'unsupported'} : undefined
}

/** What is asked about a recording, below it; of one that is passed on, somebody else wrote that. */
const captionOf = (message: RawMessage, me: Me): string =>
  message.caption === undefined || message.forward_origin !== undefined ? '' : withoutName(message, message.caption, me)

/** The words of a text or caption, without the places that name the bot. */
const withoutName = (message: RawMessage, words: string, me: Me): string =>
  mentions(message, me)
    .reduce((rest, {offset, length}) => rest.slice(0, offset) + rest.slice(offset + length), words)
    .trim()

/** What is asked with a text that may refer to another message; undefined where there is nothing in it. */
const askedIn = (text: string, replied: RawContent | undefined, me: Me): Content | undefined => {
  const isOthers = replied !== undefined && replied.from?.id !== me.id
  const sound = isOthers ? soundOf(replied) : undefined
  if (sound) return {...sound, question: text || undefined}
  const quoted = isOthers ? (replied.text ?? replied.caption ?? '') : ''
  if (!text && !quoted) return undefined
  return {kind: 'text', text: [quoted && text ? `“${quoted}”` : quoted, text].filter(Boolean).join('\n\n')}
}

const soundOf = ({voice, audio, video, video_note, document, animation}: RawContent): Sound | undefined => {
  // A document of its own kind comes beside an animation, which has no sound.
  const file =
    voice ?? audio ?? video ?? video_note ?? (animation === undefined && isSound(document) ? document : undefined)
  return file && {kind: 'sound', fileId: file.file_id, bytes: file.file_size, seconds: file.duration}
}

const isSound = (document: z.infer<typeof file> | undefined): boolean => {
  const {mime_type: type = '', file_name: name = ''} = document ?? {}
  return /^(audio|video)\/|^application\/ogg$/.test(type) || soundName.test(name)
}
