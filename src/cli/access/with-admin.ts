import {openAdmin} from '../../access/admin/open.ts'
import type {AdminAccess} from '../../access/admin/remote.ts'
import type {AccessSettings} from '../../access/open.ts'

/**
 * Does something with people, keys and the audit log: in the database itself, or through the gateway that holds it.
 * @param log told what fails without anybody waiting for it
 * @throws as `openAdmin`, and what the work throws
 */
export const withAdmin = async <T>(
  settings: AccessSettings,
  log: (message: string) => void,
  work: (admin: AdminAccess) => Promise<T>,
): Promise<T> => {
  const admin = await openAdmin(settings, log)
  try {
    return await work(admin)
  } finally {
    await admin.close()
  }
}

/** All of what comes in pages. */
export const allOf = async <T>(
  list: (page: {page: number; pageSize: number}) => Promise<{items: T[]; total: number}>,
) => {
  const all: T[] = []
  for (let page = 1; ; page++) {
    const {items, total} = await list({page, pageSize: 100})
    all.push(...items)
    if (items.length === 0 || all.length >= total) return all
  }
}
