import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import {type BotApi, grammySignal} from './bot-api.ts'

/**
 * Ends the waiting of a button that was pressed, and takes the buttons away. What fails here is of no consequence: a press is answered
 * once, whatever is still shown.
 */
export const endPress = async (
  bot: BotApi,
  {chatId, messageId, queryId}: {chatId: number; messageId: number; queryId: string},
  log: Log,
  signal: AbortSignal,
): Promise<void> => {
  const ends = await Promise.allSettled([
    bot.api.answerCallbackQuery(queryId, {}, grammySignal(signal)),
    bot.api.editMessageReplyMarkup(chatId, messageId, {}, grammySignal(signal)),
  ])
  for (const end of ends) {
    if (end.status === 'rejected') log.debug({why: messageOf(end.reason)}, 'a button was not taken away')
  }
}
