import {setTimeout as delay} from 'node:timers/promises'
import {messageOf} from '../../kit/errors.ts'
import type {Log} from '../../service/log.ts'
import type {SharedDatabase, Value} from '../../store/shared/shared.ts'
import {glimpseShare, maxWaitMs, type Permit, type Send} from './permit.ts'
import {type Limit, marginMs} from './places.ts'

/** ms between two looks whether what others send is over. */
const lookMs = 50

/** ms for which a database that failed is not asked. */
const restMs = 5000

const tidyMs = 60_000

export interface SharedSendsOptions {
  db: SharedDatabase
  /** `telegram:4711`: the bot. */
  channel: string
  /** No call lasts longer: one of which no end was told has ended then. */
  longestMs: number
  /** ms since the epoch. */
  now: () => number
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
  #tidyAt = 0

  constructor(options: SharedSendsOptions) {
    this.#options = options
  }

  /** @throws the reason of the signal */
  async enter(send: Send & {all: Limit}): Promise<Permit> {
    for (;;) {
      const entered = this.#turn.then(() => this.#enter(send))
      this.#turn = entered.catch(() => undefined)
      const {n, waitMs} = await entered
      if (waitMs === undefined) return {ok: true, end: () => this.#end(n)}
      if (waitMs > maxWaitMs || send.isGlimpse) return {ok: false, retryAfterMs: waitMs}
      await delay(waitMs, undefined, {signal: send.signal})
    }
  }

  /** @returns its number, or ms until there may be a place in its chat; neither where the database is away */
  async #enter({chat, limits = [], all, isGlimpse, signal}: Send & {all: Limit}): Promise<{
    n?: number
    waitMs?: number
  }> {
    const ofChat = limits.map(limit => ({...limit, where: 'channel = ? and chat = ?', of: [this.#channel, chat]}))
    const ofAll = {...all, where: 'channel = ?', of: [this.#channel]}
    for (;;) {
      signal?.throwIfAborted()
      const now = this.#options.now()
      let waitMs = 0
      if (now < this.#notBefore && now > this.#notBefore - restMs) return {}
      try {
        await this.#tidy(now)
        const n = await this.#take(chat, [...ofChat, ofAll], isGlimpse ? glimpseShare : 1)
        if (n !== undefined) return {n}
        const waits = await Promise.all(ofChat.map(limit => this.#waitMs(limit)))
        if (isGlimpse || Math.max(0, ...waits) > 0) return {waitMs: Math.max(lookMs, ...waits)}
        waitMs = await this.#waitMs(ofAll)
      } catch (error) {
        this.#notBefore = now + restMs
        this.#options.log.warn({why: messageOf(error)}, 'what other processes of the bot send is not known')
        return {}
      }
      // Where none has to be waited for, another process took the same number at the same moment.
      await delay(waitMs || Math.random() * lookMs, undefined, {signal})
    }
  }

  get #channel(): string {
    return this.#options.channel
  }

  /** Takes a place in all windows, by one statement. */
  async #take(chat: string, limits: readonly Window[], parts: number): Promise<number | undefined> {
    const {db, now, longestMs} = this.#options
    const at = now()
    const last = '(select max(n) from channel_sends where channel = ?)'
    const fits = limits.map(({where}) => `(select count(*) from channel_sends where ${where} and until > ?) < ?`)
    const values = limits.flatMap(({of, ms, count}) => [...of, at - ms - marginMs, Math.ceil(count / parts)])
    const [row] = await db.run<{n: number}>(
      `insert into channel_sends (channel, n, chat, until)
       select cast(? as text), coalesce(${last}, 0) + 1, cast(? as text), cast(? as bigint) where ${fits.join(' and ')}
       on conflict (channel, n) do nothing returning n`,
      [this.#channel, this.#channel, chat, at + longestMs, ...values],
      {lasts: false},
    )
    return row?.n
  }

  /** ms until a window has a place again. */
  async #waitMs({where, of, ms, count}: Window): Promise<number> {
    const {db, now} = this.#options
    const [row] = await db.run<{until: number}>(
      `select until from channel_sends where ${where} order by until desc limit 1 offset ${count - 1}`,
      of,
    )
    const at = now()
    if (!row || row.until + ms + marginMs < at) return 0
    // It is still on its way.
    return row.until > at ? lookMs : row.until + ms + marginMs - at
  }

  async #end(n: number | undefined): Promise<void> {
    if (n === undefined) return
    const {db, now} = this.#options
    await db
      .run('update channel_sends set until = ? where channel = ? and n = ?', [now(), this.#channel, n], {lasts: false})
      .catch(() => undefined)
  }

  /** Removes what counts no more, and what was written before the clock was set back. */
  async #tidy(now: number): Promise<void> {
    if (now < this.#tidyAt && now > this.#tidyAt - tidyMs) return
    this.#tidyAt = now + tidyMs
    const {db, longestMs} = this.#options
    await db.run(
      'delete from channel_sends where channel = ? and (until < ? or until > ?)',
      [this.#channel, now - tidyMs - marginMs, now + longestMs + tidyMs],
      {lasts: false},
    )
  }
}

type Window = Limit & {where: string; of: readonly Value[]}
