import type {BotCommand, InlineKeyboardMarkup, Update, UserFromGetMe} from 'grammy/types'

/** A message as the person in the chat sees it now. */
export interface ShownMessage {
  id: number
  chatId: number
  text?: string
  caption?: string
  voice?: Buffer
  voiceSeconds?: number
  /** Sound that is shown as a file with a player. */
  audio?: Buffer
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
  /** Chats whose person takes no voice messages, by their privacy settings. */
  noVoices: Set<number>
  nextMessageId: number
  /** What is shown in a chat as being written; gone with the next message. */
  drafts: Map<number, string>
  /** Buttons that were pressed and wait for an answer, by the id of the press. */
  presses: Set<string>
  /** Commands that are offered, by scope, chat and language: `all_private_chats::de`. */
  commandLists: Map<string, BotCommand[]>
}

/** Before anybody has written. @param token of the bot, which begins with its id */
export const newState = (token: string): StandInState => ({
  me: {
    id: Number(token.split(':')[0]),
    is_bot: true,
    first_name: 'June',
    username: 'june_test_bot',
    can_join_groups: false,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    supports_join_request_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
    can_manage_bots: false,
  },
  webhookUrl: '',
  webhook: {},
  updates: [],
  files: new Map(),
  claimedSizes: new Map(),
  local: new Map(),
  shown: [],
  chats: new Set(),
  moved: new Map(),
  noVoices: new Set(),
  nextMessageId: 1000,
  drafts: new Map(),
  presses: new Set(),
  commandLists: new Map(),
})
