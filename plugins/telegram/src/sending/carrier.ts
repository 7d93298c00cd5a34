import type {Carrier} from '@essence/core/channel/delivery/carrier'
import type {BotApi} from '../bot-api/bot-api.ts'
import {BotApiError} from '../bot-api/bot-api-error.ts'
import {type Part, textParts, withButtons} from '../outgoing.ts'
import {sendPart} from './send-part.ts'
import type {SoundKind} from './taken-sounds.ts'

export interface CarrierOptions {
  bot: BotApi
  /** Where the message came from that is answered. */
  chatId: number
  /** Where that chat is now. @throws STORE_UNAVAILABLE */
  place: () => Promise<number>
  /** What is sent where a part may not have arrived. */
  note: string
  /** Told that a chat takes no sound of this kind. Does not reject. */
  onRefused: (chatId: number, kind: SoundKind) => Promise<void>
  /** Told where Telegram says that the chat is now. Does not reject. */
  onMoved: (to: number) => Promise<void>
}

/** Carries the parts of an answer to one chat. */
export const carrierTo = ({bot, chatId, place, note, onRefused, onMoved}: CarrierOptions): Carrier<Part> => ({
  async send(part, signal, begin) {
    const api = bot.beginning(begin)
    const to = await place().catch(() => chatId)
    try {
      await sendPart(api, to, to === chatId ? part : without(part), signal)
    } catch (error) {
      if (part.kind !== 'text' && isForbidden(error)) await onRefused(to, part.kind)
      if (!(error instanceof BotApiError) || error.movedTo === undefined) throw error
      await onMoved(error.movedTo)
      await sendPart(api, error.movedTo, without(part), signal)
    }
  },
  judge(error, part) {
    if (!(error instanceof BotApiError)) {
      // An audio file that could not be made was not sent.
      return {sent: part.kind === 'audio' ? 'no' : 'unknown', again: false}
    }
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
    if (part.kind === 'voice' && isForbidden(error)) return [{...part, kind: 'audio'}]
    if (error instanceof BotApiError && !isRefused) return undefined
    const {caption: text, entities = []} = part
    return withButtons(textParts(part.written ?? {text, entities}, part.replyTo), part.buttons)
  },
  lasts: part => part.kind === 'text',
  note: {kind: 'text', text: note},
})

/**
 * People can forbid voice messages in their privacy settings (VOICE_MESSAGES_FORBIDDEN), and owners of a group voice messages or audio
 * files ("not enough rights to send voice notes to the chat").
 */
const isForbidden = (error: unknown): boolean =>
  error instanceof BotApiError &&
  error.status === 400 &&
  /VOICE_MESSAGES_FORBIDDEN|not enough rights/.test(error.message)

/** A part without the messages it refers to: a group that became a supergroup has messages of its own. */
const without = (part: Part): Part =>
  part.kind === 'text' ? {...part, replyTo: undefined, edits: undefined} : {...part, replyTo: undefined}
