import type {ApiMethods} from 'grammy/types'
import {Refusal} from '../refusal.ts'
import type {StandInState} from '../state.ts'
import {checkText, envelope, find, keyboardIn} from './messages.ts'
import type {Methods} from './method.ts'

/** What becomes of messages that stand there. */
export const changing = (
  state: StandInState,
): Methods<'editMessageText' | 'editMessageReplyMarkup' | 'deleteMessage'> => ({
  editMessageText: args => {
    // Blanks around a text are left out.
    const text = args.text?.trim() ?? ''
    checkText(text)
    const message = find(state, args, 'edit')
    if (message.text === text) throw notModified()
    message.text = text
    message.edits++
    return {...envelope(state, message), edit_date: 1_700_000_001, text} as ReturnType<ApiMethods['editMessageText']>
  },
  editMessageReplyMarkup: args => {
    const message = find(state, args, 'edit')
    const {keyboard} = keyboardIn(args.reply_markup)
    if (JSON.stringify(keyboard) === JSON.stringify(message.keyboard)) throw notModified()
    delete message.keyboard
    if (keyboard) message.keyboard = keyboard
    message.edits++
    return {...envelope(state, message), edit_date: 1_700_000_001} as ReturnType<ApiMethods['editMessageReplyMarkup']>
  },
  deleteMessage: args => {
    find(state, args, 'delete').deleted = true
    return true
  },
})

const notModified = (): Refusal =>
  new Refusal(
    400,
    'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
  )
