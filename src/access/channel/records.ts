import * as z from 'zod'
import type {SharedDatabase} from '../../store/shared/shared.ts'
import type {AuditEntry} from '../port.ts'
import {auditDays} from '../port.ts'
import type {ChannelAccess} from './port.ts'

const dayMs = 24 * 3_600_000
const maxDetails = 500

const auditRow = z
  .object({
    at: z.number(),
    action: z.string(),
    actor: z.string().nullish(),
    target: z.string().nullish(),
    details: z.string().nullish(),
  })
  .transform(
    ({at, action, actor, target, details}): AuditEntry => ({
      ...{at: new Date(at), action},
      ...{actor: actor ?? undefined, target: target ?? undefined, details: details ?? undefined},
    }),
  )

export interface RecordsOptions {
  db: SharedDatabase
  /** ms since the epoch. */
  now: () => number
  /** IANA name of the time zone whose midnight begins a day. Default: the machine's. */
  timeZone?: string | undefined
}

/** What was done on channels, and how much engines worked for whom. */
export const openRecords = ({db, now, timeZone}: RecordsOptions): Pick<ChannelAccess, 'audit' | 'usage'> => {
  const calendar = new Intl.DateTimeFormat('en-CA', {timeZone, year: 'numeric', month: '2-digit', day: '2-digit'})
  const dateOf = (ms: number): string => calendar.format(ms)
  let tidiedAt = Number.NEGATIVE_INFINITY

  /** What is old goes, once a day. */
  const tidy = async (): Promise<void> => {
    if (now() - tidiedAt < dayMs) return
    tidiedAt = now()
    await db.run('delete from channel_audit where at < ?', [now() - auditDays * dayMs])
    await db.run('delete from channel_usage where date < ?', [dateOf(now() - 2 * dayMs)])
  }

  return {
    audit: {
      async write({action, actor, target, details}) {
        await db.run('insert into channel_audit (at, action, actor, target, details) values (?, ?, ?, ?, ?)', [
          ...[now(), action, actor ?? null, target ?? null, details?.slice(0, maxDetails) ?? null],
        ])
        await tidy()
      },
      async list({count, action = '', actor = ''}) {
        const wanted = "(action = ? or ? = '') and (actor = ? or ? = '')"
        const given = [action, action, actor, actor]
        const rows = await db.run(`select * from channel_audit where ${wanted} order by ordinal desc limit ?`, [
          ...[...given, count],
        ])
        const [counted] = await db.run<{total: number}>(
          `select count(*) as total from channel_audit where ${wanted}`,
          given,
        )
        return {items: rows.map(row => auditRow.parse(row)), total: counted?.total ?? 0}
      },
    },
    usage: {
      async add({channel, id}, ms) {
        await db.run(
          `insert into channel_usage (channel, id, date, ms) values (?, ?, ?, ?)
           on conflict (channel, id, date) do update set ms = channel_usage.ms + excluded.ms`,
          [channel, id, dateOf(now()), Math.round(ms)],
        )
        await tidy()
      },
      async today({channel, id}) {
        const [found] = await db.run<{ms: number}>(
          'select ms from channel_usage where channel = ? and id = ? and date = ?',
          [channel, id, dateOf(now())],
        )
        return found?.ms ?? 0
      },
    },
  }
}
