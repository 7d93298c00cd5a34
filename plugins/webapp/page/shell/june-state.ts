import {useSyncExternalStore} from 'react'
import {JuneError} from '../server/june-error.ts'
import {type ReadyStatus, useStatus} from '../server/status.ts'

/** How June is, as far as the page knows. */
export type JuneState =
  | {kind: 'ready'; status: ReadyStatus}
  | {kind: 'starting'; loading: readonly string[]}
  /** She does not answer. `offline`: nor would anything else, beyond this machine. */
  | {kind: 'away' | 'offline'}
  /** She answers, and lets nobody in, or not this person. */
  | {kind: 'refused'; message: string}

const watchNetwork = (onChange: () => void): (() => void) => {
  const events = ['online', 'offline'] as const
  for (const event of events) window.addEventListener(event, onChange)
  return () => {
    for (const event of events) window.removeEventListener(event, onChange)
  }
}

export const useJuneState = (): JuneState => {
  const {data: status, error} = useStatus()
  const isOnline = useSyncExternalStore(watchNetwork, () => navigator.onLine)
  if (error instanceof JuneError && !isAway(error)) return {kind: 'refused', message: error.message}
  if (error) return {kind: isOnline ? 'away' : 'offline'}
  if (!status?.ready) return {kind: 'starting', loading: status?.loading ?? []}
  return {kind: 'ready', status}
}

/** `REFUSED` is what something before her said: a proxy that does not reach her. */
const isAway = ({code}: JuneError): boolean => code === 'UNREACHABLE' || code === 'REFUSED'
