import type {HostSession} from '../../release/host-session.ts'
import {statusLine} from '../status-line.ts'
import type {Asking} from './operation-view.ts'

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)

/** Brings a tarball to a machine, and shows how far it is: a line on a terminal, and in the end what came of it. */
export const uploadShown = async (
  session: HostSession,
  tarball: Parameters<HostSession['upload']>[0],
  {signal, show, note}: Asking & {signal: AbortSignal},
): Promise<string> => {
  const line = show === 'terminal' ? statusLine() : undefined
  let first: number | undefined
  const onProgress = (bytes: number): void => {
    first ??= bytes
    const percent = Math.floor((100 * bytes) / tarball.size)
    line?.show(`Uploading to ${session.name}: ${megabytes(bytes)} of ${megabytes(tarball.size)} MB, ${percent} %`)
  }
  try {
    const there = await session.upload(tarball, {onProgress, signal})
    line?.clear()
    if (first === tarball.size) note(`${session.name} has the tarball already`)
    else if (first !== undefined) note(`Uploaded ${megabytes(tarball.size - first)} MB to ${session.name}`)
    return there
  } finally {
    line?.clear()
  }
}
