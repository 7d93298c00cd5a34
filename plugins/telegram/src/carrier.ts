import type {Carrier} from '@essence/core/channel/delivery/outbox'
import {defined} from '@essence/core/kit/defined'
import {InputFile} from 'grammy'
import type {MessageEntity} from 'grammy/types'
import {type BotApi, grammySignal} from './bot-api/bot-api.ts'
import {BotApiError} from './bot-api/bot-api-error.ts'
import {keyboardOf} from './buttons.ts'
import {type Part, textParts, withButtons} from './outgoing.ts'

/** Carries the parts of an answer to one chat. @param note what is sent where one may not have arrived */
export const carrierTo = (bot: BotApi, chatId: number, note: string): Carrier<Part> => ({
  async send(part, signal) {
    try {
      await sendPart(bot, chatId, part, signal)
    } catch (error) {
      if (!(error instanceof BotApiError) || error.movedTo === undefined) throw error
      // The message it would change stays behind.
      if (part.kind === 'text' && part.edits !== undefined) throw error
      // A group that became a supergroup has another id, and messages of its own.
      await sendPart(bot, error.movedTo, {...part, replyTo: undefined}, signal)
    }
  },
  judge(error, part) {
    if (!(error instanceof BotApiError)) return {sent: 'unknown', again: false}
    const {certainlyNotDone, retryAfterMs: afterMs, retryable, code} = error
    // The same change can be made twice.
    if (part.kind === 'text' && part.edits !== undefined)
      return {sent: 'no', again: retryable || code === 'TOKEN_REJECTED', afterMs}
    if (!certainlyNotDone) return {sent: 'unknown', again: true, afterMs}
    // Whether the token is really gone shows the poller, which then ends the service.
    return {sent: 'no', again: retryable || code === 'TOKEN_REJECTED', afterMs}
  },
  instead(part, error) {
    // The message is gone: somebody deleted it.
    if (part.kind === 'text' && part.edits !== undefined) return [{...part, edits: undefined}]
    const isRefused = error instanceof BotApiError && error.status === 400
    // What is said matters more than how it is shown.
    if (part.kind === 'text') return part.entities && isRefused ? [{...part, entities: undefined}] : undefined
    // People can forbid voice messages in their privacy settings (VOICE_MESSAGES_FORBIDDEN).
    if (!isRefused) return undefined
    return withButtons(textParts({text: part.caption, entities: part.entities ?? []}, part.replyTo), part.buttons)
  },
  lasts: part => part.kind === 'text',
  note: {kind: 'text', text: note},
})

const sendPart = async ({api}: BotApi, chatId: number, part: Part, signal: AbortSignal): Promise<void> => {
  const {replyTo, buttons} = part
  const entities = part.entities as MessageEntity[] | undefined
  const reply_markup = buttons && keyboardOf(buttons)
  const above = defined({
    reply_parameters: replyTo ? {message_id: replyTo, allow_sending_without_reply: true} : undefined,
    reply_markup,
  })
  if (part.kind === 'voice') {
    // A new InputFile each time: one is good for one attempt.
    const file = new InputFile(part.ogg ?? new Uint8Array(), 'june.ogg')
    const more = defined({...above, caption: part.caption, caption_entities: entities})
    await api.sendVoice(chatId, file, {...more, duration: part.seconds}, grammySignal(signal))
  } else if (part.edits === undefined) {
    await api.sendMessage(chatId, part.text, {...above, ...defined({entities})}, grammySignal(signal))
  } else {
    const more = defined({reply_markup, entities})
    await api.editMessageText(chatId, part.edits, part.text, more, grammySignal(signal)).catch(unlessUnchanged)
  }
}

const unlessUnchanged = (error: unknown): void => {
  if (!(error instanceof BotApiError) || !error.message.includes('message is not modified')) throw error
}
