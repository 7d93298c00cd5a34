import {inFolder} from '../host/file-error.ts'
import type {Host} from '../host/host.ts'
import type {ServiceLayout} from '../host/layout.ts'
import {type HistoryNotes, withHistory} from './history.ts'
import {type ServiceLockOptions, withServiceLock} from './lock.ts'
import type {HistoryEntry} from './port.ts'

export interface ServiceWork {
  notes: HistoryNotes
  /** Throws LOCKED once the lock is not ours any more. */
  assertOurs: () => Promise<void>
}

/**
 * Changes a service under its lock: its history records it, and errors of the file system are told in words
 * of the table.
 * @throws LOCKED naming the holder; what `work` throws
 */
export const withService = <T>(
  host: Host,
  layout: ServiceLayout,
  lock: ServiceLockOptions & {action: HistoryEntry['action']},
  work: (context: ServiceWork) => Promise<T>,
): Promise<T> =>
  withServiceLock(host, layout, lock, assertOurs =>
    withHistory(host, layout, lock.action, notes => inFolder(layout.folder, () => work({notes, assertOurs}))),
  )
