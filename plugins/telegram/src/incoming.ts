import * as z from 'zod'

/** A voice message, an audio file, a video note or a document with sound, as its sender describes it. */
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
  z.object({kind: z.literal('command'), name: z.string()}),
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
  content,
})

export type Incoming = z.infer<typeof incomingSchema>
export type Content = Incoming['content']
export type Sound = z.infer<typeof sound>

const file = z.object({
  file_id: z.string(),
  file_size: z.number().optional(),
  duration: z.number().optional(),
  mime_type: z.string().optional(),
})

/** The part of Telegram's Update that is read; the rest is dropped. */
const update = z.object({
  update_id: z.number().int(),
  message: z
    .object({
      message_id: z.number().int(),
      chat: z.object({id: z.number().int(), type: z.string()}),
      from: z.object({id: z.number().int(), is_bot: z.boolean().optional()}).optional(),
      text: z.string().optional(),
      voice: file.optional(),
      audio: file.optional(),
      video_note: file.optional(),
      document: file.optional(),
      photo: z.unknown().optional(),
      video: z.unknown().optional(),
      sticker: z.unknown().optional(),
      location: z.unknown().optional(),
      contact: z.unknown().optional(),
      poll: z.unknown().optional(),
      animation: z.unknown().optional(),
    })
    .optional(),
})

type RawMessage = NonNullable<z.infer<typeof update>['message']>

/**
 * Reads one update as it came over the wire.
 * @returns undefined for what is not for this bot: groups, channels, other bots, service messages, and what is malformed
 */
export const readIncoming = (raw: unknown): Incoming | undefined => {
  const {data} = update.safeParse(raw)
  const message = data?.message
  // In a group everyone would read what one person says to June, and strangers could speak to her.
  if (!data || !message?.from || message.from.is_bot || message.chat.type !== 'private') return undefined
  const content = contentOf(message)
  if (!content) return undefined
  return {
    updateId: data.update_id,
    chatId: message.chat.id,
    messageId: message.message_id,
    userId: String(message.from.id),
    content,
  }
}

const contentOf = (message: RawMessage): Content | undefined => {
  const {text, voice, audio, video_note, document} = message
  if (text !== undefined) {
    // `/status@june_bot` in private chats too, where a person picked it from a list.
    const command = /^\/(\w+)(?:@\w+)?(?=\s|$)/.exec(text)?.[1]
    return command ? {kind: 'command', name: command.toLowerCase()} : {kind: 'text', text}
  }
  const isSound = document?.mime_type?.startsWith('audio/') || document?.mime_type === 'application/ogg'
  const file = voice ?? audio ?? video_note ?? (isSound ? document : undefined)
  if (file) {
    return {
      kind: 'sound',
      fileId: file.file_id,
      ...(file.file_size === undefined ? {} : {bytes: file.file_size}),
      ...(file.duration === undefined ? {} : {seconds: file.duration}),
    }
  }
  const {photo, video, sticker, location, contact, poll, animation} = message
  const something = document ?? photo ?? video ?? sticker ?? location ?? contact ?? poll ?? animation
  return something === undefined ? undefined : {kind: 'unsupported'}
}
