import type {Message} from 'grammy/types'
import {Refusal} from '../refusal.ts'
import type {StandInState} from '../state.ts'
import {chatOf, checkText, envelope, keyboardIn, show} from './messages.ts'
import type {Methods} from './method.ts'

/** What a bot writes, and what it shows while it does. */
export const writing = (
  state: StandInState,
): Methods<'sendMessage' | 'sendMessageDraft' | 'sendChatAction' | 'answerCallbackQuery'> => ({
  sendMessage: ({chat_id, text: given, reply_parameters, reply_markup}) => {
    const text = given?.trim()
    checkText(text)
    const replyTo = reply_parameters?.message_id
    const keyboard = keyboardIn(reply_markup)
    const message = {chatId: chatOf(state, chat_id), text, ...keyboard}
    const shown = show(state, {...message, ...(replyTo === undefined ? {} : {replyTo})})
    return {...envelope(state, shown), text} as Message.TextMessage
  },
  sendMessageDraft: ({chat_id, draft_id, text = ''}) => {
    if (!draft_id) throw new Refusal(400, 'Bad Request: draft identifier must be non-zero')
    if (text.length > 4096) throw new Refusal(400, 'Bad Request: message is too long')
    state.drafts.set(chatOf(state, chat_id), text)
    return true
  },
  sendChatAction: ({chat_id, action}) => {
    chatOf(state, chat_id)
    if (!action) throw new Refusal(400, 'Bad Request: wrong parameter action in request')
    return true
  },
  answerCallbackQuery: ({callback_query_id}) => {
    if (state.presses.delete(callback_query_id)) return true
    throw new Refusal(400, 'Bad Request: query is too old and response timeout expired or query ID is invalid')
  },
})
