import {EssenceError, isEssenceError, messageOf} from '../../kit/errors.ts'
import {breakLock, lockHolder, takeLock} from '../../kit/files/owner-lock.ts'
import {inFolder} from '../host/file-error.ts'
import type {Host} from '../host/host.ts'
import {type ServiceLayout, serviceLayout} from '../host/layout.ts'
import type {OperationContext, OperationHandler} from './port.ts'

export interface ServiceLockOptions {
  /** What is done with the service, for people who meet the lock. */
  action: string
  /** ms to wait for another to end. Default 0: refuse at once. */
  waitMs?: number
  signal: AbortSignal
  onEvent: OperationContext['onEvent']
}

/**
 * Does something to a service under its lock.
 * @param work is given what throws once the lock is not ours any more
 * @throws LOCKED naming the holder
 */
export const withServiceLock = async <T>(
  host: Host,
  layout: ServiceLayout,
  {action, waitMs = 0, signal, onEvent}: ServiceLockOptions,
  work: (assertOurs: () => Promise<void>) => Promise<T>,
): Promise<T> => {
  const started = performance.now()
  // Told as a step, though it lasts longer than one.
  const tell = (state: 'started' | 'done' | 'failed', detail?: string): void =>
    onEvent({type: 'step', step: 'lock', state, detail, ms: Math.round(performance.now() - started)})
  tell('started')
  const note = `${action} by ${host.by}`
  const lock = await inFolder(layout.folder, () =>
    takeLock(layout.lock, {
      ...{wait: waitMs > 0, waitMs, note, signal},
      onWait: owner => tell('started', `waiting for ${owner}`),
    }),
  ).catch(async (error: unknown) => {
    const told = isEssenceError(error) && error.code === 'LOCKED' ? await lockedBy(layout) : error
    tell('failed', messageOf(told))
    throw told
  })
  tell('done')
  try {
    return await work(async () => {
      if (!(await lock.isOurs())) throw takenAway(layout)
    })
  } finally {
    await lock.release()
  }
}

/** By force, or because this machine was asleep for too long. */
const takenAway = ({service}: ServiceLayout): EssenceError =>
  new EssenceError('LOCKED', `The lock of ${service} was taken away meanwhile; nothing was switched.`, {
    suggestions: [`See who is at work: essence lock status ${service}`],
  })

const lockedBy = async ({service, lock}: ServiceLayout): Promise<EssenceError> => {
  const holder = await lockHolder(lock)
  return new EssenceError(
    'LOCKED',
    `${service} is locked: ${holder?.owner ?? 'by another process'}${sinceOf(holder)}.`,
    {
      suggestions: [
        'Wait until it ends; a deploy does so by itself with --wait.',
        `Look at it: essence lock status ${service}`,
        `Only if nobody works there: essence lock release ${service} --force`,
      ],
    },
  )
}

const sinceOf = (holder: {since: Date} | undefined): string => (holder ? `, since ${holder.since.toISOString()}` : '')

export const lockStatus =
  (host: Host): OperationHandler<'lockStatus'> =>
  async ({service}) => {
    const holder = await lockHolder(serviceLayout(host.root, service).lock)
    if (!holder) return {free: true}
    return {free: false, owner: holder.owner, since: holder.since.toISOString(), stale: holder.dead}
  }

/** Releases a lock whose owner is gone; a held one only with `force`. */
export const lockRelease =
  (host: Host): OperationHandler<'lockRelease'> =>
  async ({service, force}) => {
    const {lock, folder} = serviceLayout(host.root, service)
    const holder = await lockHolder(lock)
    if (!holder) return {released: false}
    if (!holder.dead && !force) {
      throw new EssenceError('LOCKED', `${service} is locked: ${holder.owner}${sinceOf(holder)}; it is at work.`, {
        suggestions: ['Wait until it ends.', `Take it away nevertheless: essence lock release ${service} --force`],
      })
    }
    await inFolder(folder, () => breakLock(lock))
    return {released: true}
  }
