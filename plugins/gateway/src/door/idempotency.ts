import {createHash} from 'node:crypto'
import type {OutgoingHttpHeaders} from 'node:http'
import {Readable} from 'node:stream'
import {EssenceError} from '@essence/core/kit/errors'
import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify'
import {untilGone} from './gone.ts'
import {type Recording, Recordings} from './recordings.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the request named itself: keeps the answer for one who asks again. */
    recording: Recording | null
  }
  interface FastifyContextConfig {
    /** `false`: an answer that is never to be given again, as one with a secret in it. Default true. */
    repeatable?: boolean | undefined
  }
}

const limits = {count: 1000, bytes: 64 * 1024 ** 2, bytesEach: 16 * 1024 ** 2, ms: 24 * 3_600_000}

const maxKeyLength = 255

/**
 * `Idempotency-Key` on POST: a client that asks again, because it did not get the answer, gets the same one and not a second turn; also
 * while the first one is still being made. What failed on this side, or was refused for now, is done anew.
 */
export const addIdempotency = (http: FastifyInstance): void => {
  const recordings = new Recordings(limits)
  http.decorateRequest('recording', null)
  http.addHook('preHandler', (request, reply, done) => {
    const name = request.headers['idempotency-key']
    if (request.method !== 'POST' || name === undefined || request.routeOptions.config.repeatable === false) {
      return done()
    }
    if (typeof name !== 'string' || name === '' || name.length > maxKeyLength) {
      throw new EssenceError('USAGE', `An Idempotency-Key has 1 to ${maxKeyLength} characters.`)
    }
    const key = JSON.stringify([request.caller.userId, request.routeOptions.url, name])
    const known = recordings.get(key)
    if (!known) {
      request.recording = recordings.begin(key, fingerprintOf(request)) ?? null
      return done()
    }
    if (known.fingerprint !== fingerprintOf(request)) {
      throw new EssenceError('USAGE', 'This Idempotency-Key was used for another request.', {
        suggestions: ['Use a new key for each request, and the same one only to repeat it.'],
      })
    }
    repeat(known, reply).catch(done)
  })
  http.addHook('onSend', ({recording}, reply, payload, done) => {
    if (!recording) return done(null, payload)
    const {statusCode} = reply
    // A refusal for now is none for later.
    if (
      statusCode >= 500 ||
      statusCode === 429 ||
      !(typeof payload === 'string' || payload instanceof Uint8Array || payload === null)
    ) {
      recording.fail()
      return done(null, payload)
    }
    recording.begin(statusCode, String(reply.getHeader('content-type') ?? 'application/json'))
    recording.push(payload ?? '')
    recording.end()
    done(null, payload)
  })
}

const repeat = async (known: Recording, reply: FastifyReply): Promise<void> => {
  const {raw} = reply
  const gone = untilGone(raw)
  const head = await known.head(gone).catch(() => undefined)
  if (!head) {
    throw new EssenceError('ENGINE_BUSY', 'The request that was repeated failed.', {
      suggestions: ['Ask again with the same key.'],
    })
  }
  reply.hijack()
  reply.headers({'content-type': head.contentType, 'cache-control': 'no-store', 'idempotent-replayed': 'true'})
  raw.writeHead(head.status, reply.getHeaders() as OutgoingHttpHeaders)
  Readable.from(known.pieces(gone))
    .on('error', () => raw.destroy())
    .pipe(raw)
}

/** A body that is not read yet is known by what is said of it. */
const fingerprintOf = ({body, url, headers}: FastifyRequest): string => {
  const said = body === undefined || body instanceof Readable ? headers['content-length'] : body
  return createHash('sha256')
    .update(JSON.stringify([url, said]) ?? '')
    .digest('hex')
}
