import {randomBytes} from 'node:crypto'
import type {APIActionRowComponent, APIButtonComponent} from 'discord.js'

/** An error as Discord's REST API answers it: https://discord.com/developers/docs/topics/opcodes-and-status-codes */
export class Refusal extends Error {
  readonly status: number
  readonly code: number
  readonly retryAfter: number | undefined
  readonly isGlobal: boolean
  readonly scope: 'user' | 'shared'

  /** @param retryAfter in s */
  constructor(
    status: number,
    code: number,
    message: string,
    retryAfter?: number,
    isGlobal = false,
    scope: 'user' | 'shared' = 'user',
  ) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfter = retryAfter
    this.isGlobal = isGlobal
    this.scope = scope
  }
}

/** A message as the people in the channel see it now. */
export interface ShownMessage {
  id: string
  channelId: string
  authorId: string
  /** Of another program. */
  isBot?: boolean
  text: string
  replyTo?: string | undefined
  /** Of a voice message. */
  voice?: Buffer | undefined
  voiceSeconds?: number | undefined
  waveform?: string | undefined
  buttons: APIButtonComponent[]
  /** Ids of people who are mentioned in it, and told so. */
  mentions: string[]
  attachments: StoredFile[]
  /** Shown to one person only. */
  ephemeral: boolean
  /** Every text it had, oldest first. */
  texts: string[]
  editedAt?: number | undefined
  deleted: boolean
}

export interface StoredFile {
  id: string
  name: string
  bytes: Buffer
  type?: string | undefined
  /** Bytes and seconds as they are claimed. */
  claimedSize?: number | undefined
  seconds?: number | undefined
  waveform?: string | undefined
}

export interface StandInChannel {
  id: string
  /** 0: of a guild, 1: a direct message, 11: a thread. */
  type: 0 | 1 | 11
  name?: string
  /** The person, of a direct message. */
  recipient?: string
  lastMessageId?: string | undefined
  /** The bot may not see it, or not send to it. */
  refuses?: Refusal | undefined
}

/** Something a person asked of the bot beside messages: a command, or a button that was pressed. */
export interface StoredInteraction {
  id: string
  token: string
  channelId: string
  userId: string
  at: number
  /** The message with the button. */
  pressed?: string | undefined
  acknowledged?: 'deferred' | 'update' | 'message' | undefined
  ephemeral: boolean
  /** The answer itself, once it is there. */
  originalId?: string | undefined
}

export interface StandInState {
  me: {id: string; username: string; discriminator: string; global_name: string; avatar: null; bot: true}
  applicationId: string
  guildId: string
  channels: Map<string, StandInChannel>
  messages: ShownMessage[]
  files: Map<string, StoredFile>
  commands: unknown[]
  interactions: Map<string, StoredInteraction>
  /** Messages by channel and nonce, as long as Discord remembers: a few minutes. */
  nonces: Map<string, {messageId: string; at: number}>
  typing: {channelId: string; at: number}[]
  now: () => number
}

/** How long a nonce is remembered here; Discord says "the past few minutes". */
export const nonceMs = 180_000

/** An interaction must be answered within this: https://discord.com/developers/docs/interactions/receiving-and-responding */
export const interactionMs = 3000
export const interactionTokenMs = 15 * 60_000

let lastId = 0n

/** Ids grow with time: https://discord.com/developers/docs/reference#snowflakes */
export const snowflake = (now: number): string => {
  const id = BigInt(now - 1_420_070_400_000) << 22n
  lastId = id > lastId ? id : lastId + 1n
  return String(lastId)
}

export const newState = (token: string, now: () => number): StandInState => {
  const id = Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()
  const guildId = snowflake(now())
  const general: StandInChannel = {id: snowflake(now()), type: 0, name: 'general'}
  return {
    me: {id, username: 'june_test_bot', discriminator: '0000', global_name: 'June', avatar: null, bot: true},
    applicationId: id,
    guildId,
    channels: new Map([[general.id, general]]),
    messages: [],
    files: new Map(),
    commands: [],
    interactions: new Map(),
    nonces: new Map(),
    typing: [],
    now,
  }
}

/** The id of a bot is in its token; this makes one that fits. */
export const tokenOf = (botId: string): string =>
  `${Buffer.from(botId).toString('base64url')}.${randomBytes(4).toString('base64url')}.${randomBytes(20).toString('base64url')}`

export const userJson = (state: StandInState, id: string) =>
  id === state.me.id
    ? state.me
    : {id, username: `person${id}`, discriminator: '0', global_name: 'Ada', avatar: null, bot: false}

export const attachmentJson = (file: StoredFile, root: string) => ({
  id: file.id,
  filename: file.name,
  size: file.claimedSize ?? file.bytes.length,
  url: `${root}/attachments/${file.id}/${encodeURIComponent(file.name)}`,
  proxy_url: `${root}/attachments/${file.id}/${encodeURIComponent(file.name)}`,
  ...(file.type === undefined ? {} : {content_type: file.type}),
  ...(file.seconds === undefined ? {} : {duration_secs: file.seconds}),
  ...(file.waveform === undefined ? {} : {waveform: file.waveform}),
})

/** A message as the API and the gateway give it. */
export const messageJson = (state: StandInState, message: ShownMessage, root: string): Record<string, unknown> => {
  const {id, channelId, authorId, text, replyTo, mentions, attachments, editedAt, voice, buttons} = message
  const referenced = state.messages.find(one => one.id === replyTo)
  const isVoice = voice !== undefined || (attachments[0]?.waveform !== undefined && attachments.length === 1)
  return {
    id,
    channel_id: channelId,
    author: {...userJson(state, authorId), ...(message.isBot ? {bot: true} : {})},
    content: text,
    timestamp: new Date(Number((BigInt(id) >> 22n) + 1_420_070_400_000n)).toISOString(),
    edited_timestamp: editedAt === undefined ? null : new Date(editedAt).toISOString(),
    tts: false,
    mention_everyone: false,
    mentions: mentions.map(one => userJson(state, one)),
    mention_roles: [],
    attachments: attachments.map(file => attachmentJson(file, root)),
    embeds: [],
    pinned: false,
    type: replyTo === undefined ? 0 : 19,
    flags: (isVoice ? 8192 : 0) | (message.ephemeral ? 64 : 0),
    components:
      buttons.length === 0 ? [] : [{type: 1, components: buttons} as APIActionRowComponent<APIButtonComponent>],
    ...(replyTo === undefined ? {} : {message_reference: {type: 0, message_id: replyTo, channel_id: channelId}}),
    ...(referenced ? {referenced_message: messageJson(state, {...referenced, replyTo: undefined}, root)} : {}),
  }
}
