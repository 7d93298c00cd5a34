import type {ServerResponse} from 'node:http'
import {EssenceError} from '@essence/core/kit/errors'

/** Aborts when the client has gone before its answer has. */
export const untilGone = (raw: ServerResponse): AbortSignal => {
  const gone = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort(new EssenceError('CANCELLED', 'Whoever asked went away.'))
  })
  return gone.signal
}
