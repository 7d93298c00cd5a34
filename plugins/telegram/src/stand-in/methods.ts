import type {ApiMethods, BotCommand, InlineKeyboardMarkup, Message, Update, UserFromGetMe} from 'grammy/types'

/** An error as the Bot API answers it; the HTTP status is the same number. */
export class Refusal extends Error {
  readonly status: number
  readonly retryAfter: number | undefined
  readonly movedTo: number | undefined

  constructor(status: number, description: string, retryAfter?: number, movedTo?: number) {
    super(description)
    this.status = status
    this.retryAfter = retryAfter
    this.movedTo = movedTo
  }
}

/** A message as the person in the chat sees it now. */
export interface ShownMessage {
  id: number
  chatId: number
  text?: string
  caption?: string
  voice?: Buffer
  voiceSeconds?: number
  replyTo?: number
  /** Buttons below it. */
  keyboard?: InlineKeyboardMarkup
  edits: number
  deleted: boolean
}

export interface StandInState {
  me: UserFromGetMe
  webhookUrl: string
  /** What the webhook is called with: its secret, and whose certificate is believed. */
  webhook: {secret?: string; certificate?: Buffer; error?: string}
  updates: Update[]
  files: Map<string, Buffer>
  /** Files that the server has on a disk, by `--local`: their paths. */
  local: Map<string, string>
  /** Sizes said of files in the place of the true ones. */
  claimedSizes: Map<string, number>
  shown: ShownMessage[]
  /** Chats whose person has started the bot; it may write to no other. */
  chats: Set<number>
  /** Groups that became supergroups, and their ids since. */
  moved: Map<number, number>
  nextMessageId: number
  /** What is shown in a chat as being written; gone with the next message. */
  drafts: Map<number, string>
  /** Buttons that were pressed and wait for an answer, by the id of the press. */
  presses: Set<string>
  /** Commands that are offered, by scope, chat and language: `all_private_chats::de`. */
  commandLists: Map<string, BotCommand[]>
}

type Arguments<M extends keyof ApiMethods> = NonNullable<Parameters<ApiMethods[M]>[0]>
type Method<M extends keyof ApiMethods> = (args: Arguments<M>, files: Map<string, Buffer>) => ReturnType<ApiMethods[M]>

/** Every method but getUpdates, which waits. Texts of the errors are those of Telegram's own server. */
type Answered =
  | 'getMe'
  | 'getWebhookInfo'
  | 'setWebhook'
  | 'deleteWebhook'
  | 'sendMessage'
  | 'sendMessageDraft'
  | 'editMessageText'
  | 'deleteMessage'
  | 'sendChatAction'
  | 'sendVoice'
  | 'getFile'
  | 'answerCallbackQuery'
  | 'editMessageReplyMarkup'

export const methodsOf = (state: StandInState): {[M in Answered]: Method<M>} => {
  const chat = (id: number | string): number => {
    const moved = state.moved.get(Number(id))
    if (moved !== undefined) {
      throw new Refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', undefined, moved)
    }
    if (!state.chats.has(Number(id))) throw new Refusal(400, 'Bad Request: chat not found')
    return Number(id)
  }
  const show = (message: Omit<ShownMessage, 'id' | 'edits' | 'deleted'>): ShownMessage => {
    const shown = {id: state.nextMessageId++, edits: 0, deleted: false, ...message}
    state.shown.push(shown)
    state.drafts.delete(message.chatId)
    return shown
  }
  const find = (chatId: number | string | undefined, id: number | undefined, what: string): ShownMessage => {
    if (state.moved.has(Number(chatId))) chat(Number(chatId))
    const found = state.shown.find(message => message.id === id && message.chatId === Number(chatId))
    if (!found || found.deleted) throw new Refusal(400, `Bad Request: message to ${what} not found`)
    return found
  }
  const checkText = (text: string): void => {
    if (!text?.trim()) throw new Refusal(400, 'Bad Request: message text is empty')
    if (text.length > 4096) throw new Refusal(400, 'Bad Request: message is too long')
  }
  const keyboardIn = (markup: object | undefined): {keyboard?: InlineKeyboardMarkup} => {
    if (!markup || !('inline_keyboard' in markup)) return {}
    const keyboard = markup as InlineKeyboardMarkup
    const rows = keyboard.inline_keyboard.filter(row => row.length > 0)
    for (const button of rows.flat()) {
      const bytes = 'callback_data' in button ? Buffer.byteLength(button.callback_data) : 0
      if (bytes < 1 || bytes > 64) throw new Refusal(400, 'Bad Request: BUTTON_DATA_INVALID')
    }
    return rows.length === 0 ? {} : {keyboard}
  }
  const envelope = (shown: ShownMessage) => ({
    message_id: shown.id,
    date: 1_700_000_000,
    chat: {id: shown.chatId, type: 'private' as const, first_name: 'Ada'},
    from: state.me,
  })

  return {
    getMe: () => state.me,
    getWebhookInfo: () => ({
      url: state.webhookUrl,
      has_custom_certificate: state.webhook.certificate !== undefined,
      pending_update_count: state.updates.length,
      ...(state.webhook.error
        ? {last_error_message: state.webhook.error, last_error_date: Math.floor(Date.now() / 1000)}
        : {}),
    }),
    setWebhook: ({url, secret_token, certificate}, files) => {
      if (!String(url).startsWith('https://')) {
        throw new Refusal(400, 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook')
      }
      const pem = files.get(String(certificate ?? '').replace(/^attach:\/\//, ''))
      state.webhookUrl = url
      state.webhook = {...(secret_token ? {secret: secret_token} : {}), ...(pem ? {certificate: pem} : {})}
      return true
    },
    deleteWebhook: () => {
      state.webhookUrl = ''
      state.webhook = {}
      return true
    },
    sendMessage: ({chat_id, text, reply_parameters, reply_markup}) => {
      checkText(text)
      const replyTo = reply_parameters?.message_id
      const keyboard = keyboardIn(reply_markup)
      const shown = show({chatId: chat(chat_id), text, ...keyboard, ...(replyTo === undefined ? {} : {replyTo})})
      return {...envelope(shown), text} as Message.TextMessage
    },
    sendMessageDraft: ({chat_id, draft_id, text = ''}) => {
      if (!draft_id) throw new Refusal(400, 'Bad Request: draft identifier must be non-zero')
      if (text.length > 4096) throw new Refusal(400, 'Bad Request: message is too long')
      state.drafts.set(chat(chat_id), text)
      return true
    },
    editMessageText: ({chat_id, message_id, text = ''}) => {
      checkText(text)
      const message = find(chat_id, message_id, 'edit')
      if (message.text === text) {
        throw new Refusal(
          400,
          'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
        )
      }
      message.text = text
      message.edits++
      return {...envelope(message), edit_date: 1_700_000_001, text} as ReturnType<ApiMethods['editMessageText']>
    },
    deleteMessage: ({chat_id, message_id}) => {
      find(chat_id, message_id, 'delete').deleted = true
      return true
    },
    sendChatAction: ({chat_id, action}) => {
      chat(chat_id)
      if (!action) throw new Refusal(400, 'Bad Request: wrong parameter action in request')
      return true
    },
    sendVoice: ({chat_id, voice, caption, duration, reply_parameters, reply_markup}, files) => {
      const bytes = files.get(String(voice).replace(/^attach:\/\//, ''))
      if (!bytes?.length) throw new Refusal(400, 'Bad Request: file must be non-empty')
      if ((caption?.length ?? 0) > 1024) throw new Refusal(400, 'Bad Request: message caption is too long')
      // Telegram takes other files too, but shows them as a file, without bubble and waveform: for us that is a failure.
      if (bytes.toString('latin1', 0, 4) !== 'OggS' || bytes.toString('latin1', 28, 36) !== 'OpusHead') {
        throw new Refusal(400, 'Bad Request: not a voice note (only OGG/Opus is taken for one here)')
      }
      const replyTo = reply_parameters?.message_id
      const shown = show({
        chatId: chat(chat_id),
        voice: bytes,
        ...keyboardIn(reply_markup),
        ...(caption === undefined ? {} : {caption}),
        ...(duration === undefined ? {} : {voiceSeconds: Number(duration)}),
        ...(replyTo === undefined ? {} : {replyTo}),
      })
      const id = `sent-${shown.id}`
      return {
        ...envelope(shown),
        voice: {file_id: id, file_unique_id: id, duration: shown.voiceSeconds ?? 0, mime_type: 'audio/ogg'},
      } as Message.VoiceMessage
    },
    answerCallbackQuery: ({callback_query_id}) => {
      if (state.presses.delete(callback_query_id)) return true
      throw new Refusal(400, 'Bad Request: query is too old and response timeout expired or query ID is invalid')
    },
    editMessageReplyMarkup: ({chat_id, message_id, reply_markup}) => {
      const message = find(chat_id, message_id, 'edit')
      const {keyboard} = keyboardIn(reply_markup)
      if (JSON.stringify(keyboard) === JSON.stringify(message.keyboard)) {
        throw new Refusal(
          400,
          'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
        )
      }
      delete message.keyboard
      if (keyboard) message.keyboard = keyboard
      message.edits++
      return {...envelope(message), edit_date: 1_700_000_001} as ReturnType<ApiMethods['editMessageReplyMarkup']>
    },
    getFile: ({file_id}) => {
      const bytes = state.files.get(file_id)
      if (!bytes) throw new Refusal(400, 'Bad Request: wrong file_id or the file is temporarily unavailable')
      const local = state.local.get(file_id)
      if (local !== undefined) return {file_id, file_unique_id: file_id, file_size: bytes.length, file_path: local}
      if (bytes.length > 20 * 1024 * 1024) throw new Refusal(400, 'Bad Request: file is too big')
      const file_size = state.claimedSizes.get(file_id) ?? bytes.length
      return {file_id, file_unique_id: file_id, file_size, file_path: `voice/${file_id}.oga`}
    },
  }
}
