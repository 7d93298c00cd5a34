import {and, count, desc, eq, lt, or, sql} from 'drizzle-orm'
import type {AskStore} from '../../store/ask-store.ts'
import {auditLog} from '../../store/schema.ts'
import {type AuditEntry, auditDays, type Page, type Paged} from '../port.ts'

export interface AuditQuery extends Page {
  action?: string | undefined
  actor?: string | undefined
}

const dayMs = 24 * 60 * 60_000
/** So many entries are kept. */
const maxEntries = 1_000_000

export const auditTable = (ask: AskStore) => ({
  insert: (entry: AuditEntry): Promise<void> => ask(async db => void (await db.insert(auditLog).values(entry))),

  list: ({page, pageSize, action, actor}: AuditQuery): Promise<Paged<AuditEntry>> =>
    ask(async db => {
      const wanted = and(
        action ? eq(auditLog.action, action) : undefined,
        actor ? eq(auditLog.actor, actor) : undefined,
      )
      const listed = db.select().from(auditLog).where(wanted).orderBy(desc(auditLog.id))
      const rows = await listed.limit(pageSize).offset((page - 1) * pageSize)
      const [counted] = await db.select({total: count()}).from(auditLog).where(wanted)
      return {items: rows.map(shown), total: counted?.total ?? 0}
    }),

  forgetOld: (now: Date): Promise<void> =>
    ask(async db => {
      const old = lt(auditLog.at, new Date(now.getTime() - auditDays * dayMs))
      const tooMany = lt(auditLog.id, sql`(select max(${auditLog.id}) from ${auditLog}) - ${maxEntries}::bigint + 1`)
      await db.delete(auditLog).where(or(old, tooMany))
    }),
})

const shown = ({at, action, actor, target, address, details}: typeof auditLog.$inferSelect): AuditEntry => ({
  at,
  action,
  actor: actor ?? undefined,
  target: target ?? undefined,
  address: address ?? undefined,
  details: details ?? undefined,
})
