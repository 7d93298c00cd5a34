import {messageOf} from '../kit/errors.ts'
import type {Kept} from './kept.ts'
import type {Access, AuditEntry} from './port.ts'
import type {Tables} from './tables/open.ts'

const dayMs = 24 * 60 * 60_000
const maxDetails = 500

export interface AuditOptions {
  kept: Kept
  log: (message: string) => void
  now: () => Date
}

/** The audit log, and with it what is tidied up once a day: old entries, and refresh tokens that have expired. */
export const openAudit = ({kept, log, now}: AuditOptions) => {
  let tidiedAt = Number.NEGATIVE_INFINITY

  const tidy = async ({audit, refreshTokens}: Tables): Promise<void> => {
    if (now().getTime() - tidiedAt < dayMs) return
    tidiedAt = now().getTime()
    const tidied = Promise.all([audit.forgetOld(now()), refreshTokens.forgetExpired(now())])
    await tidied.catch(error => log(`What is old cannot be removed: ${messageOf(error)}`))
  }
  const write = async (entry: Omit<AuditEntry, 'at'>, find: () => Promise<Tables | undefined>): Promise<void> => {
    try {
      const tables = await find()
      if (!tables) return
      await tables.audit.insert({...entry, at: now(), details: entry.details?.slice(0, maxDetails)})
      await tidy(tables)
    } catch (error) {
      log(`The audit log cannot be written (${entry.action}): ${messageOf(error)}`)
    }
  }
  return {
    /** Never rejects. */
    write: (entry: Omit<AuditEntry, 'at'>) => write(entry, kept.tables),
    /** To be called now and then by what makes rows without an entry. Never rejects. */
    tidy,
    /** The same as `write`, but makes no database for it: for what concerns nobody who is kept. */
    note: (entry: Omit<AuditEntry, 'at'>) => write(entry, kept.found),
    list: (async query =>
      (await kept.found())?.audit.list(query) ?? {items: [], total: 0}) satisfies Access['audit']['list'],
  }
}

export type Audit = ReturnType<typeof openAudit>
