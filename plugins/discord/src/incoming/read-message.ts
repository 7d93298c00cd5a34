import {adminCommands} from '@essence/core/channel/access-words'
import {MessageType} from 'discord.js'
import * as z from 'zod'
import {isCommandName} from '../slash-commands.ts'
import {type Content, type Incoming, nameOf, rawPerson, snowflake} from './incoming.ts'

const author = rawPerson.extend({bot: z.boolean().nullish()})

const attachment = z.object({
  id: snowflake,
  filename: z.string(),
  url: z.url(),
  size: z.number(),
  content_type: z.string().nullish(),
  duration_secs: z.number().nullish(),
})

/** The part of Discord's message that is read; the rest is dropped. */
const message = z.object({
  id: snowflake,
  type: z.number(),
  channel_id: snowflake,
  guild_id: snowflake.nullish(),
  author,
  webhook_id: snowflake.nullish(),
  content: z.string(),
  edited_timestamp: z.iso.datetime({offset: true}).nullish(),
  mentions: z.array(author),
  attachments: z.array(attachment),
  referenced_message: z.object({author}).nullish(),
})

type RawMessage = z.infer<typeof message>

export interface ReadOptions {
  /** The bot's own id. */
  me: string
  /** Whether a channel is a conversation of two, where the message itself does not say it: read by the REST API, it does not. */
  isDirect?: boolean
}

/**
 * Reads one message as Discord gave it, by the gateway or the REST API. In a server June is spoken to by her name (a mention), by an
 * answer to what she wrote, or by a `!command`; whether she listens to all else is decided where it is admitted.
 * @returns undefined for what is not for this bot: what others say to each other, other bots, service messages, what is malformed
 */
export const readMessage = (raw: unknown, {me, isDirect}: ReadOptions): Incoming | undefined => {
  const {data} = message.safeParse(raw)
  if (!data || data.author.bot || data.webhook_id || !isWritten(data.type)) return undefined
  const direct = isDirect ?? !data.guild_id
  const text = data.content.replaceAll(new RegExp(`<@!?${me}>`, 'g'), ' ').trim()
  const command = commandIn(text, direct)
  const isReply = data.referenced_message?.author.id === me
  const addressed = command
    ? ('command' as const)
    : data.mentions.some(({id}) => id === me)
      ? ('mention' as const)
      : isReply
        ? ('reply' as const)
        : undefined
  const content = command ?? contentOf(data, text)
  // What people of a server show to each other is none of hers.
  if (content.kind === 'unsupported' && !direct && addressed === undefined) return undefined
  const {id, channel_id: channelId, author} = data
  return {
    id,
    channelId,
    guildId: data.guild_id ?? undefined,
    isDirect: direct,
    addressed,
    messageId: id,
    userId: author.id,
    userName: nameOf(author),
    content,
  }
}

/** Reads a message that was changed. @returns undefined also where only its looks were, as by a preview of a link */
export const readEdited = (raw: unknown, options: ReadOptions): Incoming | undefined => {
  const {data} = message.safeParse(raw)
  const incoming = readMessage(raw, options)
  if (!incoming || !data?.edited_timestamp || !['text', 'command'].includes(incoming.content.kind)) return undefined
  return {...incoming, id: `${incoming.id}-${Date.parse(data.edited_timestamp)}`, edited: true}
}

const isWritten = (type: number): boolean => type === MessageType.Default || type === MessageType.Reply

/** In a server `!` belongs to many bots: what June does not know is not meant for her. */
const commandIn = (text: string, isDirect: boolean): Extract<Content, {kind: 'command' | 'text'}> | undefined => {
  const [, word, argument] = /^!([a-z_]+)(?:\s+([\s\S]*))?$/i.exec(text) ?? []
  const name = word?.toLowerCase()
  if (name === undefined) return undefined
  if (!isDirect && !isCommandName(name) && !Object.hasOwn(adminCommands, name)) return undefined
  const said = argument?.trim()
  // The one command whose words are a message.
  if (name === 'ask' && said) return {kind: 'text', text: said}
  return {kind: 'command', name, argument: said || undefined}
}

/** Names of sound files and films of which Discord does not say the type. */
const soundName =
  /\.(aac|aif{1,2}|amr|avi|flac|flv|m4a|mka|mkv|mov|mp3|mp4|mpe?g|oga|ogg|ogv|opus|ts|wav|webm|wma|wmv|3gp)$/i

const contentOf = (data: RawMessage, text: string): Content => {
  const file = data.attachments.find(
    ({content_type: type, filename}) => /^(audio|video)\//.test(type ?? '') || (!type && soundName.test(filename)),
  )
  if (file) {
    const {id: attachmentId, url, size: bytes, duration_secs: seconds} = file
    return {kind: 'sound', attachmentId, url, bytes, seconds: seconds ?? undefined, question: text || undefined}
  }
  if (text) return {kind: 'text', text}
  // Her name and nothing else, a picture, a sticker: she says what she understands.
  return {kind: 'unsupported'}
}
