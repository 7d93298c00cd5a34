import type {ServerResponse} from 'node:http'
import {EssenceError} from '@essence/core/kit/errors'

/** Aborts when the client has gone. */
export const untilGone = (raw: ServerResponse): AbortSignal => {
  const gone = new AbortController()
  raw.once('close', () => gone.abort(new EssenceError('CANCELLED', 'Whoever asked went away.')))
  return gone.signal
}
