import type {Clock} from '@essence/core/channel/clock'
import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import type {DiscordApi} from '../client/discord-api.ts'
import {DiscordError} from '../client/discord-error.ts'
import type {Incoming} from '../incoming/incoming.ts'
import {timeOf} from '../incoming/seen.ts'

/** ms that a message may have waited and is still answered without a look at it: of what is deleted meanwhile Discord tells who is connected. */
const freshMs = 30_000

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
const unknownMessage = 10_008

export interface DeletedMeanwhileOptions {
  api: Pick<DiscordApi, 'message'>
  clock: Pick<Clock, 'now'>
  log: Log
}

/** Tells of a message whether it was deleted while nobody was there to hear of it. Where Discord cannot say it, it was not. */
export const deletedMeanwhile = ({api, clock, log}: DeletedMeanwhileOptions) => {
  const startedAt = clock.now()
  return async ({id, channelId, messageId, interaction}: Incoming, signal: AbortSignal): Promise<boolean> => {
    // A command is no message, and of a button that was pressed the message is June's.
    if (interaction || messageId === undefined) return false
    const sentAt = timeOf(messageId)
    if (sentAt >= startedAt && clock.now() - sentAt < freshMs) return false
    try {
      await api.message(channelId, messageId, signal)
      return false
    } catch (error) {
      if (error instanceof DiscordError && error.reason === unknownMessage) return true
      log.debug({id, why: messageOf(error)}, 'whether a message is still there is not known')
      return false
    }
  }
}
