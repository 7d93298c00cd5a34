import type {SharedDatabase, Value} from '../../store/shared/shared.ts'
import {type Asked, freeInMs, type Ledger, type LedgerOptions, type Taken, tidyMs} from './ledger.ts'
import {glimpseShare} from './permit.ts'
import {type Limit, marginMs} from './places.ts'

/** A row for each message, from its begin on. */
export class DatabaseLedger implements Ledger {
  readonly #options: LedgerOptions & {db: SharedDatabase}
  #tidyAt = 0

  constructor(options: LedgerOptions & {db: SharedDatabase}) {
    this.#options = options
  }

  async take({chat, limits = [], all, isGlimpse}: Asked): Promise<Taken> {
    const {channel, now} = this.#options
    await this.#tidy(now())
    const ofChat = limits.map(limit => ({...limit, where: 'channel = ? and chat = ?', of: [channel, chat]}))
    const ofAll = {...all, where: 'channel = ?', of: [channel]}
    const n = await this.#insert(chat, [...ofChat, ofAll], isGlimpse ? glimpseShare : 1)
    if (n !== undefined) return {end: () => this.#end(n)}
    const chatMs = Math.max(0, ...(await Promise.all(ofChat.map(limit => this.#waitMs(limit)))))
    return {chatMs, allMs: chatMs > 0 ? 0 : await this.#waitMs(ofAll)}
  }

  /** By one statement. @returns its number; undefined: no place, or another process took the same number at the same moment */
  async #insert(chat: string, limits: readonly Window[], parts: number): Promise<number | undefined> {
    const {db, channel, now, longestMs} = this.#options
    const at = now()
    const last = '(select max(n) from channel_sends where channel = ?)'
    const fits = limits.map(({where}) => `(select count(*) from channel_sends where ${where} and until > ?) < ?`)
    const values = limits.flatMap(({of, ms, count}) => [...of, at - ms - marginMs, Math.ceil(count / parts)])
    const [row] = await db.run<{n: number}>(
      `insert into channel_sends (channel, n, chat, until)
       select cast(? as text), coalesce(${last}, 0) + 1, cast(? as text), cast(? as bigint) where ${fits.join(' and ')}
       on conflict (channel, n) do nothing returning n`,
      [channel, channel, chat, at + longestMs, ...values],
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
    return freeInMs(row?.until, ms, now())
  }

  async #end(n: number): Promise<void> {
    const {db, channel, now} = this.#options
    await db.run('update channel_sends set until = ? where channel = ? and n = ?', [now(), channel, n], {lasts: false})
  }

  /** Removes what counts no more, and what was written before the clock was set back. */
  async #tidy(now: number): Promise<void> {
    if (now < this.#tidyAt && now > this.#tidyAt - tidyMs) return
    this.#tidyAt = now + tidyMs
    const {db, channel, longestMs} = this.#options
    await db.run(
      'delete from channel_sends where channel = ? and (until < ? or until > ?)',
      [channel, now - tidyMs - marginMs, now + longestMs + tidyMs],
      {lasts: false},
    )
  }
}

type Window = Limit & {where: string; of: readonly Value[]}
