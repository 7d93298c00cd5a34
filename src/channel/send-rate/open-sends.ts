import type {Log} from '../../service/log.ts'
import {openShared} from '../../store/shared/open.ts'
import type {JobsSettings} from '../delivery/open-jobs.ts'
import {openNatsAt} from '../delivery/open-nats.ts'
import {DatabaseLedger} from './database-ledger.ts'
import type {LedgerOptions} from './ledger.ts'
import {SharedSends} from './shared-sends.ts'

export type OpenedSends = Pick<SharedSends, 'enter'> & {close(): Promise<void>}

/**
 * What processes of a bot know of each other's messages: in POSTGRES_URL, else NATS_URL, which machines share, else in a file of JUNE_DATA_DIR.
 * @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE
 */
export const openSends = async (
  settings: JobsSettings,
  {log, ...options}: LedgerOptions & {log: Log},
): Promise<OpenedSends> => {
  const {NATS_URL: nats, POSTGRES_URL: url, JUNE_DATA_DIR: dataDir} = settings
  const {now} = options
  if (nats && !url) {
    const [opened, {NatsLedger}] = await Promise.all([openNatsAt(nats, settings, log), import('./nats-ledger.ts')])
    const sends = new SharedSends({ledger: new NatsLedger({...options, nats: opened}), now, log})
    return {enter: send => sends.enter(send), close: () => opened.close()}
  }
  const db = await openShared({dataDir, url})
  const sends = new SharedSends({ledger: new DatabaseLedger({...options, db}), now, log})
  return {enter: send => sends.enter(send), close: () => db.close()}
}
