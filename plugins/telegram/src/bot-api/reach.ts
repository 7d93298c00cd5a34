import {type Clock, pauseMs} from '@essence/core/channel/clock'
import {messageOf} from '@essence/core/kit/errors'
import {retry} from '@essence/core/kit/flow/retry'
import type {Health} from '@essence/core/service/health'
import type {Log} from '@essence/core/service/log'
import {grammySignal} from './bot-api.ts'
import type {BotApiError} from './bot-api-error.ts'

export interface ReachOptions {
  health: Health
  log: Log
  clock: Clock
  signal: AbortSignal
}

/** The answer to a first call; a network that is not there yet is waited for. @throws CANCELLED, and what is not to be repeated */
export const reach = <T>(
  call: (signal: ReturnType<typeof grammySignal>) => Promise<T>,
  {health, log, clock, signal}: ReachOptions,
): Promise<T> =>
  retry(() => call(grammySignal(signal)), {
    signal,
    wait: (ms, signal) => clock.wait(ms, signal),
    pause: (failures, error) => (error as BotApiError).retryAfterMs ?? pauseMs(failures),
    onRetry: ({error, pauseMs}) => {
      health.set('telegram', {status: 'degraded', detail: messageOf(error)})
      log.warn({why: messageOf(error), pauseMs: Math.round(pauseMs)}, 'Telegram is out of reach; trying again')
    },
  })
