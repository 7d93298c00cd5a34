import type {Settings} from '../../config/schema.ts'
import {openShared} from '../../store/shared/open.ts'
import {SharedSends, type SharedSendsOptions} from './shared-sends.ts'

export type OpenedSends = Pick<SharedSends, 'enter'> & {close(): Promise<void>}

/** What processes of a bot know of each other's messages. @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE */
export const openSends = async (
  settings: Pick<Settings, 'JUNE_DATA_DIR' | 'POSTGRES_URL'>,
  options: Omit<SharedSendsOptions, 'db'>,
): Promise<OpenedSends> => {
  const db = await openShared({dataDir: settings.JUNE_DATA_DIR, url: settings.POSTGRES_URL})
  const sends = new SharedSends({...options, db})
  return {enter: send => sends.enter(send), close: () => db.close()}
}
