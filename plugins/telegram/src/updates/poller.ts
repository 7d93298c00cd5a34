import {type Clock, pauseMs} from '@essence/core/channel/clock'
import {defined} from '@essence/core/kit/defined'
import {isEssenceError, messageOf} from '@essence/core/kit/errors'
import type {Health} from '@essence/core/service/health'
import type {Log} from '@essence/core/service/log'
import type {Api} from 'grammy'
import type {Update} from 'grammy/types'
import {grammySignal} from '../bot-api/bot-api.ts'
import type {UpdateSource} from './update-source.ts'

export interface PollerOptions {
  api: Api
  /** Kinds of updates that are asked for. */
  allowedUpdates: readonly ('message' | 'edited_message' | 'callback_query')[]
  /** Longest a poll waits for a message, in s. */
  pollSeconds: number
  /**
   * Takes a batch over. Only when it has resolved does Telegram learn that the updates arrived; when it rejects they
   * come again.
   */
  accept: (updates: Update[]) => Promise<void>
  health: Health
  clock: Clock
  log: Log
}

/** Fetches updates, one request at a time, and acknowledges what was accepted. */
export class Poller implements UpdateSource {
  readonly #options: PollerOptions
  #offset: number | undefined
  #failures = 0
  #conflictSince: number | undefined
  #lastConflict = Number.NEGATIVE_INFINITY

  constructor(options: PollerOptions) {
    this.#options = options
  }

  /**
   * Polls once without waiting for a message, as often as it takes: it proves that this process is the one that polls.
   * @throws TOKEN_REJECTED, POLLER_CONFLICT
   */
  async first(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !(await this.#poll(0, signal))) {}
  }

  /**
   * Polls until the signal aborts.
   * @throws TOKEN_REJECTED, POLLER_CONFLICT
   */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await this.#poll(this.#options.pollSeconds, signal)
  }

  /** Tells Telegram what was accepted, without taking more: another start, elsewhere, need not see it again. */
  async leave(signal: AbortSignal): Promise<void> {
    if (this.#offset === undefined) return
    const args = {offset: this.#offset, limit: 1, timeout: 0}
    await this.#options.api.getUpdates(args, grammySignal(signal)).catch(() => undefined)
  }

  async #poll(timeout: number, signal: AbortSignal): Promise<boolean> {
    const {api, allowedUpdates: allowed_updates, accept, health, clock, log} = this.#options
    try {
      const args = defined({offset: this.#offset, timeout, allowed_updates})
      const updates = await api.getUpdates(args, grammySignal(signal))
      await accept(updates)
      // Of this batch, not of all so far: after a quiet week ids begin anew anywhere, also below the last one
      // (https://core.telegram.org/bots/api#update). A higher offset would acknowledge nothing, and poll without a pause.
      if (updates.length) this.#offset = Math.max(...updates.map(({update_id}) => update_id)) + 1
      if (this.#failures > 0) log.info('messages arrive again')
      this.#failures = 0
      health.set('telegram', {status: 'healthy'})
      return true
    } catch (error) {
      if (signal.aborted) return false
      await this.#throwIfHopeless(error, signal)
      this.#failures++
      const retryAfterMs = (error as {retryAfterMs?: number}).retryAfterMs
      const pause = retryAfterMs ?? (this.#conflictSince === undefined ? pauseMs(this.#failures) : 1000)
      health.set('telegram', {status: 'degraded', detail: messageOf(error)})
      this.#tell(error, pause)
      await clock.wait(pause, signal)
      return false
    }
  }

  /** Of a conflict once, for it is looked at every second. */
  #tell(error: unknown, pauseMs: number): void {
    const {clock, log} = this.#options
    const why = messageOf(error)
    if (this.#conflictSince === undefined) {
      log.warn({why, pauseMs: Math.round(pauseMs)}, 'cannot take messages; trying again')
    } else if (this.#conflictSince === this.#lastConflict) {
      const endsInMs = this.#conflictTimeoutMs - (clock.now() - this.#conflictSince)
      log.warn({why, endsInMs}, 'cannot take messages; this ends the service unless the other one ends before')
    }
  }

  /** ms that a conflict is waited with. */
  get #conflictTimeoutMs(): number {
    return (this.#options.pollSeconds + 5) * 1000
  }

  /** Anything on the way may answer 404 once; whether the bot is there says the call that needs nothing else. */
  async #throwIfTokenIsGone(signal: AbortSignal): Promise<void> {
    const error = await this.#options.api.getMe(grammySignal(signal)).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (isEssenceError(error) && error.code === 'TOKEN_REJECTED') throw error
  }

  /** A conflict may be the last poll of the process before this one, which ends by itself; no poll outlasts its time. */
  async #throwIfHopeless(error: unknown, signal: AbortSignal): Promise<void> {
    if (!isEssenceError(error)) return
    if (error.code === 'TOKEN_REJECTED') await this.#throwIfTokenIsGone(signal)
    if (error.code !== 'POLLER_CONFLICT') {
      this.#conflictSince = undefined
      return
    }
    const now = this.#options.clock.now()
    if (this.#conflictSince === undefined || now - this.#lastConflict > this.#conflictTimeoutMs)
      this.#conflictSince = now
    this.#lastConflict = now
    if (now - this.#conflictSince >= this.#conflictTimeoutMs) throw error
  }
}
