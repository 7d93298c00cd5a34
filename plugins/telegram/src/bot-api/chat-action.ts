import type {Clock} from '@essence/core/channel/clock'
import type {Api} from 'grammy'
import {grammySignal} from './bot-api.ts'

/** An action is shown for five seconds: https://core.telegram.org/bots/api#sendchataction */
const repeatMs = 4500

/** Shows "typing" or "recording a voice message" until stopped. A failure is of no consequence. */
export const showAction = (
  api: Api,
  chatId: number,
  action: 'typing' | 'record_voice',
  clock: Clock,
  signal: AbortSignal,
): (() => void) => {
  const stopped = new AbortController()
  const either = AbortSignal.any([signal, stopped.signal])
  const repeat = async (): Promise<void> => {
    while (!either.aborted) {
      // To cut one off would cost a connection, and take nothing back.
      await api.sendChatAction(chatId, action, {}, grammySignal(signal)).catch(() => undefined)
      await clock.wait(repeatMs, either)
    }
  }
  void repeat()
  return () => stopped.abort('stopped')
}
