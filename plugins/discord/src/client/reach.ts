import {type Clock, pauseMs} from '@essence/core/channel/clock'
import {messageOf} from '@essence/core/kit/errors'
import {retry} from '@essence/core/kit/flow/retry'
import type {Health} from '@essence/core/service/health'
import type {Log} from '@essence/core/service/log'

export interface ReachOptions {
  signal: AbortSignal
  clock: Clock
  log: Log
  /** Told while Discord is out of reach. Default: nothing depends on it. */
  health?: Health | undefined
}

/** What a call gives; a network that is not there yet is waited for. @throws CANCELLED, and what cannot succeed later */
export const reach = <T>(call: () => Promise<T>, {signal, clock, log, health}: ReachOptions): Promise<T> =>
  retry(call, {
    signal,
    wait: (ms, signal) => clock.wait(ms, signal),
    pause: (failures, error) => (error as {retryAfterMs?: number}).retryAfterMs ?? pauseMs(failures),
    onRetry: ({error, pauseMs}) => {
      health?.set('discord', {status: 'degraded', detail: messageOf(error)})
      log.warn({why: messageOf(error), pauseMs: Math.round(pauseMs)}, 'Discord is out of reach; trying again')
    },
  })
