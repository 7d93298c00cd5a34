import type {Engines} from '@essence/core/engines/open'
import type {WebSocket} from '@fastify/websocket'
import type {FastifyRequest} from 'fastify'
import {z} from 'zod'
import {bearerOf, speakerOf} from '../door/callers.ts'
import type {AddRoutes, GatewayContext} from '../door/context.ts'
import {untilGone} from '../door/gone.ts'
import {framesOf} from '../door/socket/frames.ts'
import {closeCodes, openOutbox} from '../door/socket/outbox.ts'
import {keyOf, sessionHeader} from '../openai/asked.ts'
import {refusal} from '../openai/errors.ts'
import {june, namedModel} from '../openai/models.ts'
import {audioModels} from '../openai-audio/models.ts'
import {sessionName, sessionOf} from '../page/turn-request.ts'
import {readFrame} from './client-event.ts'
import type {SecretSessions} from './secret-sessions.ts'
import {Served} from './served.ts'
import {RealtimeSession} from './session.ts'
import {defaultConfig} from './session-config.ts'
import type {WantedSession} from './session-shape.ts'
import {Sessions} from './sessions.ts'

const querystring = z.object({
  model: z.string().min(1).max(200).optional(),
  /** The session to go on with. */
  session: z.string().min(1).max(100).optional(),
  /** The conversation to go on with, as everywhere else but under `/v1`. */
  conversation: sessionName.optional(),
  intent: z.literal('transcription', 'transcription was expected').optional(),
})

/** Codes of a client that means to end: normal, and none. */
const meantCodes: readonly number[] = [1000, 1005]

/** `WS /v1/realtime`: OpenAI's Realtime API. */
export const addRealtimeRoute =
  (secrets: SecretSessions): AddRoutes =>
  (http, context) => {
    const {sockets} = context
    const sessions = new Sessions()
    /** What was let in, before the connection becomes a WebSocket. */
    const ready = new WeakMap<FastifyRequest, () => RealtimeSession>()
    http.addHook('preClose', done => {
      sessions.end()
      done()
    })
    http.get(
      '/realtime',
      {
        websocket: true,
        config: {access: 'known'},
        preHandler: async (request, reply) => {
          sockets.assertRoom(request.caller)
          ready.set(request, await sessionFor(request, await context.engines(untilGone(reply.raw))))
        },
      },
      (socket, request) => serve(socket, request, ready.get(request)?.() as RealtimeSession),
    )

    const sessionFor = async (request: FastifyRequest, engines: Engines): Promise<() => RealtimeSession> => {
      const query = checkedQuery(request.query)
      if (query.session !== undefined) {
        const session = sessions.get(query.session, speakerOf(request.caller))
        session.served.assertMayUse(request.caller)
        return () => session
      }
      return begin(request, query, {engines, context, secrets, sessions})
    }

    const serve = async (socket: WebSocket, request: FastifyRequest, session: RealtimeSession): Promise<void> => {
      const {link, served} = session
      const frames = framesOf(socket)
      const {pong} = openOutbox(socket, request.raw.socket, context.stallMs)
      sockets.add({socket, caller: () => request.caller, idle: deadline => session.idle(deadline)})
      let code = 0
      socket.once('close', closed => {
        code = closed
      })
      // The latest connection is the one that counts.
      link.socket?.close(closeCodes.takenOver, 'The session goes on over another connection.')
      sessions.keep(session)
      served.request = request
      link.attach(socket)
      session.resume()
      for await (const {kind, bytes} of frames) {
        if (link.socket !== socket) continue
        if (kind === 'ping') {
          await pong(bytes)
          continue
        }
        let eventId: string | undefined
        try {
          if (kind === 'binary') throw refusal('Events are frames of text, not binary ones.', {fault: 'invalid_json'})
          const frame = readFrame(bytes)
          eventId = frame.eventId
          await session.handle(frame.event())
        } catch (error) {
          session.fail(error, eventId)
        }
      }
      if (link.socket !== socket) return
      if (meantCodes.includes(code) || sockets.isDraining) session.close('The client has ended it.')
      else sessions.wait(session)
    }
  }

type Query = z.infer<typeof querystring>

/** @throws USAGE */
const checkedQuery = (given: unknown): Query => {
  const {data, error} = querystring.safeParse(given)
  if (data) return data
  const [issue] = error.issues
  const param = issue?.path.join('.')
  throw refusal(`${param}: ${issue?.message}.`, {param, fault: 'invalid_value'})
}

/** @throws MODEL_UNKNOWN, NOT_ALLOWED, ENGINE_UNAVAILABLE, and what is wrong with what was kept for a client secret */
const begin = async (
  request: FastifyRequest,
  {model: named, intent, conversation}: Query,
  given: {engines: Engines; context: GatewayContext; secrets: SecretSessions; sessions: Sessions},
): Promise<() => RealtimeSession> => {
  const {engines, context, secrets, sessions} = given
  const wanted = secrets.of(bearerOf(request) ?? '')
  const type = intent ?? wanted?.type ?? 'realtime'
  const name = named ?? (wanted?.type === 'realtime' ? wanted.model : undefined) ?? june
  const model = namedModel(engines, name, {kinds: ['chat', 'june'], aliases: context.modelAliases})
  const listening = await context.listening()
  const served = new Served({request, context, engines, listening, model, isTranscription: type === 'transcription'})
  const usual = defaultConfig({
    ...{type, model: name, speaks: served.speaks, voice: engines.tts.defaultVoice ?? 'alloy'},
    transcriber: audioModels(engines).find(({kind}) => kind === 'stt')?.id ?? 'whisper-1',
  })
  const own: WantedSession = wanted?.type === type ? wanted : {type}
  const {config, voice} = await served.updated(usual, own.type === 'realtime' ? {...own, model: undefined} : own)
  const header = request.headers[sessionHeader]
  const called = typeof header === 'string' && header !== '' ? `openai:${keyOf(header)}` : undefined
  return () => {
    const session: RealtimeSession = new RealtimeSession({
      ...{served, config, voice, name: called ?? (conversation && sessionOf(conversation))},
      lifetimeMs: context.liveSessionMs,
      onClose: () => sessions.forget(session),
    })
    sessions.add(session)
    return session
  }
}
