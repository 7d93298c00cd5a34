import {EssenceError, messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import {type Api, InputFile} from 'grammy'
import {grammySignal} from './bot-api.ts'
import {BotApiError} from './bot-api-error.ts'
import {type Clock, pauseMs} from './clock.ts'
import {withGrace} from './grace.ts'
import type {Reply} from './reply.ts'
import {splitText} from './split-text.ts'
import type {Entry, Spool} from './spool.ts'

export interface DeliveryOptions {
  api: Api
  spool: Spool
  clock: Clock
  log: Log
}

/** `unknown`: Telegram may have taken it or not; it is not sent again. `refused`: the person cannot be written to. */
export type Outcome = 'sent' | 'unknown' | 'refused'

type Part = (signal: AbortSignal) => Promise<unknown>

/**
 * Sends a reply at most once: the intent is on the disk before the first byte goes out. What Telegram surely did not
 * take (too many requests, no connection) is tried again until the signal aborts; where nobody can tell, it is not.
 * @throws CANCELLED and TOKEN_REJECTED with the entry back in `received` when nothing of the reply went out
 */
export const deliver = async (
  entry: Entry,
  chatId: number,
  reply: Reply,
  options: DeliveryOptions,
  signal: AbortSignal,
): Promise<Outcome> => {
  const {api, spool, log} = options
  const {voice, texts, replyTo} = reply
  const above =
    replyTo === undefined ? {} : {reply_parameters: {message_id: replyTo, allow_sending_without_reply: true}}
  const asText = (text: string, first: boolean): Part => {
    return signal => api.sendMessage(chatId, text, first ? above : {}, grammySignal(signal))
  }
  const parts = texts.map((text, index) => asText(text, index === 0 && !voice))
  let started = false
  try {
    if (voice) {
      const {ogg, seconds, caption} = voice
      try {
        // A new InputFile each time: one is good for one attempt.
        await send(
          signal =>
            api.sendVoice(
              chatId,
              new InputFile(ogg, 'june.ogg'),
              {caption, duration: seconds, ...above},
              grammySignal(signal),
            ),
          entry,
          started,
          options,
          signal,
        )
      } catch (error) {
        if (!(error instanceof BotApiError && error.status === 400)) throw error
        // People can forbid voice messages in their privacy settings (VOICE_MESSAGES_FORBIDDEN).
        log.warn({why: error.message}, 'the voice message was refused; sending its text')
        parts.unshift(...splitText(caption).map((text, index) => asText(text, index === 0)))
      }
      started = true
    }
    for (const part of parts) {
      await send(part, entry, started, options, signal)
      started = true
    }
    return 'sent'
  } catch (error) {
    if (!(error instanceof BotApiError)) throw error
    if (error.code === 'TOKEN_REJECTED' && !started) {
      // The token was revoked; the next start has the bot's new one, and the answer still to give.
      await spool.change(entry.updateId, {state: 'received'})
      throw error
    }
    if (error.certainlyNotDone) {
      log.warn({update: entry.updateId, why: error.message}, 'the answer was refused')
      return 'refused'
    }
    log.error(
      {update: entry.updateId, why: error.message},
      'cannot tell whether the answer arrived; it is not sent again',
    )
    return 'unknown'
  }
}

/** Sends one part; returns when Telegram confirmed it. */
const send = async (
  part: Part,
  {updateId}: Entry,
  started: boolean,
  {spool, clock, log}: DeliveryOptions,
  signal: AbortSignal,
): Promise<void> => {
  for (let failures = 1; ; failures++) {
    if (!started) await record(() => spool.change(updateId, {state: 'sending'}), clock, log, signal)
    if (signal.aborted) await cancelled(started, updateId, spool)
    try {
      await withGrace(part, signal, clock)
      return
    } catch (error) {
      const again = error instanceof BotApiError && error.certainlyNotDone && error.retryable
      if (!again) throw error
      // Certainly not sent: a crash during the pause must not cost the answer.
      if (!started) await record(() => spool.change(updateId, {state: 'received'}), clock, log, signal)
      const pause = error.retryAfterMs ?? pauseMs(failures)
      log.warn({update: updateId, why: error.message, pauseMs: Math.round(pause)}, 'the answer has to wait')
      await clock.wait(pause, signal)
      if (signal.aborted) await cancelled(started, updateId, spool)
    }
  }
}

const cancelled = async (started: boolean, updateId: number, spool: Spool): Promise<never> => {
  if (!started) await spool.change(updateId, {state: 'received'})
  throw new EssenceError('CANCELLED', 'Cancelled while an answer waited to be sent.')
}

/** Nothing goes out that is not recorded: a full disk is waited for. */
const record = async (write: () => Promise<void>, clock: Clock, log: Log, signal: AbortSignal): Promise<void> => {
  for (let failures = 1; ; failures++) {
    try {
      return await write()
    } catch (error) {
      if (signal.aborted) throw new EssenceError('CANCELLED', 'Cancelled while the disk was full.', {cause: error})
      log.error({why: messageOf(error)}, 'cannot record what is to be sent; trying again')
      await clock.wait(pauseMs(failures), signal)
    }
  }
}
