import {apology} from '@essence/core/channel/apology'
import {recordedTurn, turnFailure} from '@essence/core/channel/recorded-turn'
import type {Engines} from '@essence/core/engines/open'
import type {EssenceError} from '@essence/core/kit/errors'
import type {VoiceTurn} from '@essence/core/voice/events'
import {speakerOf} from '../door/callers.ts'
import type {AddRoutes, GatewayContext} from '../door/context.ts'
import {untilGone} from '../door/gone.ts'
import {sendStream} from '../door/streamed.ts'
import {lineOf} from './turn-lines.ts'
import {readSessionOf, readTurn} from './turn-request.ts'

/**
 * `POST /api/turn`: one utterance in, the events of its turn out, one JSON document a line as they happen. What is
 * wrong with the request is a status; what goes wrong in the turn is its last line. Leaving cancels the turn.
 */
export const addTurnRoute: AddRoutes = (http, context) => {
  http.removeContentTypeParser('text/plain')
  http.addContentTypeParser(/^(?:(?:audio|video)\/|application\/octet-stream)/, (_request, payload, done) =>
    done(null, payload),
  )

  const config = {access: 'conversations.write', limit: 'chat'} as const
  http.post('/api/turn', {config}, async (request, reply) => {
    const turn = readTurn(request, context)
    context.turns.assertRoom(turn.speaker)
    const engines = await context.engines(untilGone(reply.raw))
    context.turns.assertRoom(turn.speaker)
    const pieces = (signal: AbortSignal) => answerLines(turn, engines, signal, context)
    const {stallMs, maxAudioBytes: discardBytes} = context
    const onFailure = (error: unknown) => line(errorLine(turnFailure(error, undefined), context))
    return sendStream(request, reply, {contentType: 'application/x-ndjson', pieces, onFailure, stallMs, discardBytes})
  })

  /** Its conversation is forgotten; 204 also when there was none. */
  http.delete('/api/session/:session', {config: {access: 'conversations.write'}}, async (request, reply) => {
    const session = readSessionOf(request.params, 'path')
    const {assistant} = await context.engines(untilGone(reply.raw))
    await assistant.forget(session, speakerOf(request.caller))
    return reply.code(204).send()
  })
}

/** The lines of a turn, and where it has to wait first, of its place. @throws what the turn throws */
async function* answerLines(
  turn: VoiceTurn,
  engines: Engines,
  gone: AbortSignal,
  {turns, record, leadInMs, maxAudioMs, maxAudioBytes}: GatewayContext,
): AsyncGenerator<string> {
  let signal = gone
  let release = (): void => {}
  try {
    const waiting = turns.enter(turn.speaker, gone)
    let step = await waiting.next()
    for (; !step.done; step = await waiting.next()) yield line({type: 'waiting', before: step.value})
    release = step.value.release
    signal = step.value.signal
    for await (const event of recordedTurn(turn, engines, {...record, signal, leadInMs, maxAudioMs, maxAudioBytes})) {
      const said = await lineOf(event)
      if (said) yield line(said)
    }
  } catch (error) {
    throw turnFailure(error, signal)
  } finally {
    release()
  }
}

const line = (said: object): string => `${JSON.stringify(said)}\n`

/** A part of June that is away has an address, which says nothing to the person who asked. */
const away: readonly string[] = ['REMOTE_UNREACHABLE', 'REMOTE_REFUSED', 'ENGINE_UNAVAILABLE', 'TIMED_OUT']

const errorLine = (failure: EssenceError, {maxAudioMs, maxAudioBytes: maxBytes}: GatewayContext): object => {
  const {code, message, suggestions} = failure
  if (!away.includes(code)) return {type: 'error', code, message, suggestions}
  return {type: 'error', code, message: apology(failure, {maxBytes, maxSeconds: maxAudioMs / 1000}), suggestions: []}
}
