import {messageOf} from '../../kit/errors.ts'
import {retry} from '../../kit/flow/retry.ts'
import type {Health} from '../../service/health.ts'
import type {Log} from '../../service/log.ts'
import {type Clock, pauseMs} from '../clock.ts'

export interface ReachOptions {
  signal: AbortSignal
  clock: Clock
  log: Log
  /** Told while the platform is out of reach. Default: nothing depends on it. */
  health?: Health | undefined
}

/**
 * What a call of a platform gives; a network that is not there yet is waited for.
 * @param platform as people call it; in small letters it is what health knows
 * @throws CANCELLED, and what cannot succeed later
 */
export const reach = <T>(
  platform: string,
  call: () => Promise<T>,
  {signal, clock, log, health}: ReachOptions,
): Promise<T> =>
  retry(call, {
    signal,
    wait: (ms, signal) => clock.wait(ms, signal),
    pause: (failures, error) => (error as {retryAfterMs?: number}).retryAfterMs ?? pauseMs(failures),
    onRetry: ({error, pauseMs}) => {
      health?.set(platform.toLowerCase(), {status: 'degraded', detail: messageOf(error)})
      log.warn({why: messageOf(error), pauseMs: Math.round(pauseMs)}, `${platform} is out of reach; trying again`)
    },
  })
