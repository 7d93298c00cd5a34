import type {InlineKeyboardMarkup} from 'grammy/types'
import {Refusal} from '../refusal.ts'
import type {ShownMessage, StandInState} from '../state.ts'

// What methods of messages have in common. Texts of the errors are those of Telegram's own server.

/** The chat that is named, where the bot may write to it. @throws Refusal */
export const chatOf = (state: StandInState, id: number | string): number => {
  const moved = state.moved.get(Number(id))
  if (moved !== undefined) {
    throw new Refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', undefined, moved)
  }
  if (!state.chats.has(Number(id))) throw new Refusal(400, 'Bad Request: chat not found')
  return Number(id)
}

/** A new message; what was shown as being written is gone. */
export const show = (state: StandInState, message: Omit<ShownMessage, 'id' | 'edits' | 'deleted'>): ShownMessage => {
  const shown = {id: state.nextMessageId++, edits: 0, deleted: false, ...message}
  state.shown.push(shown)
  state.drafts.delete(message.chatId)
  return shown
}

/** The message that is named. @throws Refusal */
export const find = (
  state: StandInState,
  {chat_id: chatId, message_id: id}: {chat_id?: number | string | undefined; message_id?: number | undefined},
  what: 'edit' | 'delete',
): ShownMessage => {
  if (state.moved.has(Number(chatId))) chatOf(state, Number(chatId))
  const found = state.shown.find(message => message.id === id && message.chatId === Number(chatId))
  if (!found || found.deleted) throw new Refusal(400, `Bad Request: message to ${what} not found`)
  return found
}

/** @throws Refusal */
export const checkText = (text: string): void => {
  if (!text?.trim()) throw new Refusal(400, 'Bad Request: message text is empty')
  if (text.length > 4096) throw new Refusal(400, 'Bad Request: message is too long')
}

/** @throws Refusal */
export const keyboardIn = (markup: object | undefined): {keyboard?: InlineKeyboardMarkup} => {
  if (!markup || !('inline_keyboard' in markup)) return {}
  const keyboard = markup as InlineKeyboardMarkup
  const rows = keyboard.inline_keyboard.filter(row => row.length > 0)
  for (const button of rows.flat()) {
    const bytes = 'callback_data' in button ? Buffer.byteLength(button.callback_data) : 0
    if (bytes < 1 || bytes > 64) throw new Refusal(400, 'Bad Request: BUTTON_DATA_INVALID')
  }
  return rows.length === 0 ? {} : {keyboard}
}

/** What Telegram says of a message beside what it holds. */
export const envelope = (state: StandInState, shown: ShownMessage) => ({
  message_id: shown.id,
  date: 1_700_000_000,
  chat: {id: shown.chatId, type: 'private' as const, first_name: 'Ada'},
  from: state.me,
})
