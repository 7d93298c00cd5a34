import type {Clock} from '@essence/core/channel/clock'
import {pauseMs} from '@essence/core/channel/clock'
import {checkClaims, collectWithin, type RecordingLimits} from '@essence/core/channel/recording-limits'
import {EssenceError, messageOf} from '@essence/core/kit/errors'
import {retry} from '@essence/core/kit/flow/retry'
import type {Log} from '@essence/core/service/log'
import type {Sound} from '../incoming.ts'
import {type BotApi, grammySignal} from './bot-api.ts'
import {BotApiError} from './bot-api-error.ts'

/** Reading can be repeated as often as one likes; but a person who waits longer than this has something wrong to hear of. */
const withinMs = 120_000

export interface FetchOptions {
  bot: BotApi
  limits: RecordingLimits
  clock: Clock
  log: Log
}

/**
 * The bytes of a recording, asked for again while Telegram or the network stumbles.
 * @throws AUDIO_TOO_LARGE, AUDIO_TOO_LONG, AUDIO_EMPTY, CANCELLED, BotApiError
 */
export const fetchRecording = (
  sound: Sound,
  {bot, limits, clock, log}: FetchOptions,
  signal: AbortSignal,
): Promise<Uint8Array> => {
  checkClaims(sound, limits)
  return retry(
    async () => {
      // Also after a download that broke: the path may be good no longer.
      const {file_path, file_size} = await bot.api.getFile(sound.fileId, grammySignal(signal))
      checkClaims({...sound, bytes: file_size ?? sound.bytes}, limits)
      if (!file_path) throw new EssenceError('REMOTE_REFUSED', 'Telegram gave no path for the file of a message.')
      return await collectWithin(bot.download(file_path, signal), limits)
    },
    {
      signal,
      withinMs,
      wait: (ms, signal) => clock.wait(ms, signal),
      retryable: error => error instanceof BotApiError && (error.retryable || error.code === 'TOKEN_REJECTED'),
      pause: (failures, error) => (error as BotApiError).retryAfterMs ?? pauseMs(failures),
      onRetry: ({error, pauseMs}) =>
        log.warn(
          {why: messageOf(error), pauseMs: Math.round(pauseMs)},
          'a recording could not be fetched; trying again',
        ),
    },
  )
}
