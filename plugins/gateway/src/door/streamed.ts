import {once} from 'node:events'
import type {OutgoingHttpHeaders} from 'node:http'
import {Readable} from 'node:stream'
import {EssenceError} from '@essence/core/kit/errors'
import type {FastifyReply, FastifyRequest} from 'fastify'
import {untilGone} from './gone.ts'

export interface StreamedAnswer {
  contentType: string
  /**
   * Makes the answer, piece by piece.
   * @param signal aborts when the client has gone or stands still for too long
   */
  pieces: (signal: AbortSignal) => AsyncIterable<string | Uint8Array>
  /** The last words of an answer that fails, in the format of the stream. Undefined: the connection breaks off. */
  onFailure: (error: unknown) => string | undefined
  /** ms after which a client that takes, or sends, nothing more is dropped. */
  stallMs: number
  /** Bytes of a body that is still coming which are read away at the end, so that the client gets to read the answer. */
  discardBytes?: number | undefined
}

/**
 * Answers with a stream. A client that reads slowly slows down what makes the answer; nothing piles up. One that leaves ends it, unless the
 * answer is recorded for one that asks again.
 */
export const sendStream = async (
  request: FastifyRequest,
  reply: FastifyReply,
  {contentType, pieces, onFailure, stallMs, discardBytes = 0}: StreamedAnswer,
): Promise<void> => {
  const {raw} = reply
  const {recording} = request
  const stalled = new AbortController()
  const gone = AbortSignal.any([untilGone(raw), stalled.signal])
  reply.hijack()
  // A silent connection is no fault while June thinks; only one on which she waits for the other side.
  raw.setTimeout(stallMs, () => {
    if (raw.writableNeedDrain) raw.destroy()
    else if (awaitsMore(request))
      stalled.abort(new EssenceError('CANCELLED', 'The connection stood still for too long.'))
    // It comes once for a silence: what is being read now may be the last there is.
    else raw.setTimeout(stallMs)
  })
  reply.headers({'content-type': contentType, 'cache-control': 'no-store'})
  raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders)
  raw.flushHeaders()
  recording?.begin(200, contentType)
  try {
    // One that may ask again is worked for although it is gone; not one whose question never came to its end.
    for await (const piece of pieces(recording ? stalled.signal : gone)) {
      recording?.push(piece)
      if (raw.writable && !raw.write(piece)) await once(raw, 'drain', {signal: gone}).catch(() => {})
      if (gone.aborted && !recording) break
    }
    recording?.end()
  } catch (error) {
    const lastWords = onFailure(error)
    recording?.fail(lastWords)
    if (lastWords === undefined) raw.destroy()
    else if (raw.writable) raw.write(lastWords)
  } finally {
    raw.end()
    if (request.body instanceof Readable) discard(request.body, discardBytes)
  }
}

/** Whether all that came of a body is read and its end has not come. */
const awaitsMore = ({body, raw}: FastifyRequest): boolean =>
  body instanceof Readable && !raw.complete && body.readableLength === 0

/** Reads away what is left of a body; within reason. */
const discard = (body: Readable, maxBytes: number): void => {
  let left = maxBytes
  body.on('error', () => {})
  body.on('data', (chunk: Uint8Array) => {
    left -= chunk.length
    if (left < 0) body.destroy()
  })
}
