import {setTimeout as delay} from 'node:timers/promises'
import {messageOf} from '../../kit/errors.ts'
import type {Log} from '../../service/log.ts'
import {type Asked, type Ledger, type LedgerOptions, lookMs, type Taken} from './ledger.ts'
import {maxWaitMs, type Permit, type Send} from './permit.ts'

/** ms for which a ledger that failed is not asked. */
const restMs = 5000

export interface SharedSendsOptions extends Pick<LedgerOptions, 'now'> {
  ledger: Ledger
  log: Log
}

/**
 * What the processes of a bot have sent of late. Where it cannot be asked, each goes on by what it knows itself: to send nothing would be
 * worse than to be sent away.
 */
export class SharedSends {
  readonly #options: SharedSendsOptions
  /** One after the other: who waits for a place does not wait beside others for the same. */
  #turn: Promise<unknown> = Promise.resolve()
  #notBefore = 0

  constructor(options: SharedSendsOptions) {
    this.#options = options
  }

  /** @throws the reason of the signal */
  async enter(send: Send & Asked): Promise<Permit> {
    for (;;) {
      const entered = this.#turn.then(() => this.#enter(send))
      this.#turn = entered.catch(() => undefined)
      const {end = async () => undefined, waitMs} = await entered
      if (waitMs === undefined) return {ok: true, end: () => end().catch(() => undefined)}
      if (waitMs > maxWaitMs || send.isGlimpse) return {ok: false, retryAfterMs: waitMs}
      await delay(waitMs, undefined, {signal: send.signal})
    }
  }

  /** @returns its end, or ms until there may be a place in its chat; neither where the ledger is away */
  async #enter(send: Send & Asked): Promise<{end?: () => Promise<void>; waitMs?: number}> {
    const {isGlimpse, signal} = send
    for (;;) {
      signal?.throwIfAborted()
      const taken = await this.#take(send)
      if (taken === undefined || 'end' in taken) return taken ?? {}
      const {chatMs, allMs} = taken
      if (isGlimpse || chatMs > 0) return {waitMs: Math.max(lookMs, chatMs)}
      // Where none has to be waited for, another process took the same place at the same moment.
      await delay(allMs || Math.random() * lookMs, undefined, {signal})
    }
  }

  async #take(send: Send & Asked): Promise<Taken | undefined> {
    const {ledger, now, log} = this.#options
    const at = now()
    if (at < this.#notBefore && at > this.#notBefore - restMs) return undefined
    try {
      return await ledger.take(send)
    } catch (error) {
      this.#notBefore = at + restMs
      log.warn({why: messageOf(error)}, 'what other processes of the bot send is not known')
      return undefined
    }
  }
}
