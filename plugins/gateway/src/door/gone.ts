import type {ServerResponse} from 'node:http'
import {EssenceError} from '@essence/core/kit/errors'

/** Aborts when the client has gone before its answer has. */
export const untilGone = (raw: ServerResponse): AbortSignal => {
  const gone = new AbortController()
  const leave = (): void => {
    if (!raw.writableFinished) gone.abort(new EssenceError('CANCELLED', 'Whoever asked went away.'))
  }
  // Where it went before anybody looked, nothing more is told.
  if (raw.closed || raw.destroyed) leave()
  else raw.once('close', leave)
  return gone.signal
}
