import {once} from 'node:events'
import type {OutgoingHttpHeaders, ServerResponse} from 'node:http'
import {Readable} from 'node:stream'
import {apology} from '@essence/core/channel/apology'
import {recordedTurn, type TurnRecord, turnFailure} from '@essence/core/channel/recorded-turn'
import type {Engines} from '@essence/core/engines/open'
import {EssenceError} from '@essence/core/kit/errors'
import type {VoiceTurn} from '@essence/core/voice/events'
import type {FastifyInstance, FastifyRequest} from 'fastify'
import {owner, untilGone} from './owner.ts'
import {lineOf} from './turn-lines.ts'
import {readSessionOf, readTurn} from './turn-request.ts'
import type {TurnSlots} from './turn-slots.ts'

export interface TurnRouteOptions {
  /** Once they are warm. @throws ENGINE_BUSY where that takes longer than a person waits, CANCELLED */
  engines: (signal: AbortSignal) => Promise<Engines>
  slots: TurnSlots
  /** Where results of turns are recorded. */
  record: TurnRecord
  language?: string | undefined
  /** ms after which a word is said where the answer has not begun. Default: never. */
  leadInMs?: number | undefined
  maxAudioMs: number
  maxAudioBytes: number
  /** ms after which a client that sends, or takes, nothing more loses its slot. Default 30 s. */
  stallMs?: number | undefined
}

const stallMs = 30_000

/**
 * `POST /api/turn`: one utterance in, the events of its turn out, one JSON document a line as they happen. What is
 * wrong with the request is a status; what goes wrong in the turn is its last line. Leaving cancels the turn.
 */
export const addTurnRoute = (http: FastifyInstance, options: TurnRouteOptions): void => {
  http.removeContentTypeParser('text/plain')
  http.addContentTypeParser(/^(?:(?:audio|video)\/|application\/octet-stream)/, (_request, payload, done) =>
    done(null, payload),
  )

  http.post('/api/turn', async (request, reply) => {
    const turn = readTurn(request, options)
    const slot = options.slots.take()
    const {raw} = reply
    raw.once('close', () => slot.cancel(new EssenceError('CANCELLED', 'Whoever asked went away.')))
    const engines = await options.engines(slot.signal).catch(error => {
      slot.release()
      throw error
    })
    reply.hijack()
    // A silent connection is no fault while June thinks; only one on which she waits for the other side.
    const awaitsClient = () => raw.writableNeedDrain || awaitsMore(request)
    raw.setTimeout(options.stallMs ?? stallMs, () => {
      if (awaitsClient()) slot.cancel(new EssenceError('CANCELLED', 'The connection stood still for too long.'))
    })
    reply.headers({'content-type': 'application/x-ndjson', 'cache-control': 'no-store'})
    raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders)
    raw.flushHeaders()
    try {
      await answer(turn, engines, raw, slot.signal, options)
    } finally {
      slot.release()
      raw.end()
      if (request.body instanceof Readable) discard(request.body, options.maxAudioBytes)
    }
  })
}

/** `DELETE /api/session/<session>`: its conversation is forgotten; 204 also when there was none. */
export const addForgetRoute = (http: FastifyInstance, {engines}: Pick<TurnRouteOptions, 'engines'>): void => {
  http.delete('/api/session/:session', async (request, reply) => {
    const session = readSessionOf(request.params, 'path')
    const {assistant} = await engines(untilGone(reply.raw))
    await assistant.forget(session, owner)
    return reply.code(204).send()
  })
}

/** Runs the turn into the response; never throws. */
const answer = async (
  turn: VoiceTurn,
  engines: Engines,
  raw: ServerResponse,
  signal: AbortSignal,
  {record, leadInMs, maxAudioMs, maxAudioBytes}: TurnRouteOptions,
): Promise<void> => {
  try {
    for await (const event of recordedTurn(turn, engines, {...record, signal, leadInMs, maxAudioMs, maxAudioBytes})) {
      const line = await lineOf(event)
      if (line && !raw.write(`${JSON.stringify(line)}\n`)) await once(raw, 'drain', {signal})
    }
  } catch (error) {
    // Also what the writing threw: an abort ends its waiting for the client.
    if (!raw.destroyed)
      raw.write(`${JSON.stringify(errorLine(turnFailure(error, signal), maxAudioMs, maxAudioBytes))}\n`)
  }
}

/** A part of June that is away has an address, which says nothing to the person who asked. */
const away: readonly string[] = ['REMOTE_UNREACHABLE', 'REMOTE_REFUSED', 'ENGINE_UNAVAILABLE', 'TIMED_OUT']

const errorLine = (failure: EssenceError, maxAudioMs: number, maxBytes: number): object => {
  const {code, message, suggestions} = failure
  if (!away.includes(code)) return {type: 'error', code, message, suggestions}
  return {type: 'error', code, message: apology(failure, {maxBytes, maxSeconds: maxAudioMs / 1000}), suggestions: []}
}

/** Whether all that came of a body is read and its end has not come. */
const awaitsMore = ({body, raw}: FastifyRequest): boolean =>
  body instanceof Readable && !raw.complete && body.readableLength === 0

/** Reads away what is left of a body, so that a client still sending gets to read the answer; within reason. */
const discard = (body: Readable, maxBytes: number): void => {
  let left = maxBytes
  body.on('error', () => {})
  body.on('data', (chunk: Uint8Array) => {
    left -= chunk.length
    if (left < 0) body.destroy()
  })
}
