import type {SharedDatabase} from '../../store/shared/shared.ts'
import type {Limit} from '../rate-limit.ts'
import type {ChannelAccess} from './port.ts'

const tidyMs = 3_600_000

/** Of what is counted nothing lies further ahead; what does was written before the clock was set back. */
const maxAheadMs = 300_000

/** A refusal is believed for so long without another look, and of so many people. */
const believedMs = 60_000
const maxRefused = 10_000

interface Refused {
  at: number
  until: number
}

/** How many messages people sent of late, in sliding windows: for all processes together, and after a start as before. */
export const openReceived = (db: SharedDatabase, now: () => number): ChannelAccess['received'] => {
  const refused = new Map<string, Refused>()
  let tidiedAt = Number.NEGATIVE_INFINITY

  /** What counts for no limit any more goes. */
  const tidy = async (longestMs: number): Promise<void> => {
    if (Math.abs(now() - tidiedAt) < tidyMs) return
    tidiedAt = now()
    const bounds = [now() - longestMs, now() + maxAheadMs]
    await db.run('delete from channel_received where at < ? or at > ?', bounds, {lasts: false})
  }

  /** One statement; its number is another's where two processes count at the same moment, and then it is none of this one. */
  const count = async (of: readonly [string, string], limits: readonly Limit[]): Promise<boolean> => {
    const at = now()
    const mine = 'from channel_received where channel = ? and id = ?'
    const fits = limits.map(() => `(select count(*) ${mine} and at > ? and at <= ?) < ?`)
    const rows = await db.run(
      `insert into channel_received (channel, id, n, at)
       select cast(? as text), cast(? as text), coalesce((select max(n) ${mine}), 0) + 1, cast(? as bigint)
       where ${fits.join(' and ')}
       on conflict (channel, id, n) do nothing returning n`,
      [...of, ...of, at, ...limits.flatMap(({count, windowMs}) => [...of, at - windowMs, at + maxAheadMs, count])],
      {lasts: false},
    )
    return rows.length > 0
  }

  /** ms until there is room for another one. */
  const waitMs = async (of: readonly [string, string], limits: readonly Limit[]): Promise<number> => {
    const at = now()
    const waits = limits.map(async ({count, windowMs}) => {
      const [blocking] = await db.run<{at: number}>(
        'select at from channel_received where channel = ? and id = ? and at <= ? order by at desc limit 1 offset ?',
        [...of, at + maxAheadMs, count - 1],
      )
      return blocking ? blocking.at + windowMs - at : 0
    })
    return Math.max(0, ...(await Promise.all(waits)))
  }

  const remember = (key: string, retryAfterMs: number): void => {
    refused.delete(key)
    refused.set(key, {at: now(), until: now() + retryAfterMs})
    const [oldest] = refused.keys()
    if (refused.size > maxRefused && oldest !== undefined) refused.delete(oldest)
  }

  return {
    async take({channel, id}, limits) {
      const key = JSON.stringify([channel, id])
      const {at = 0, until = 0} = refused.get(key) ?? {}
      // A flood does not reach the database.
      if (now() < until && now() >= at && now() < at + believedMs) return {ok: false, retryAfterMs: until - now()}
      await tidy(Math.max(...limits.map(({windowMs}) => windowMs)))
      for (;;) {
        if (await count([channel, id], limits)) return {ok: true}
        const retryAfterMs = await waitMs([channel, id], limits)
        if (retryAfterMs <= 0) continue
        remember(key, retryAfterMs)
        return {ok: false, retryAfterMs}
      }
    },
  }
}
