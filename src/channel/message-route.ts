import * as z from 'zod'
import {isLoopback, namesLoopback} from '../access/loopback.ts'
import {messageOf} from '../kit/errors.ts'
import type {openHttp} from '../service/http.ts'
import type {TurnEngines} from '../voice/turn.ts'
import {collectTurn} from './collect-turn.ts'
import {recordedTurn, type TurnRecord} from './recorded-turn.ts'

const id = z.union([z.number().int(), z.string().regex(/^-?\d+$/)]).transform(String)

const body = z.object({
  message: z.string().trim().min(1).max(4096),
  // The ids of the original's own tests, so that a bare message works.
  user_id: id.default('999999'),
  chat_id: id.default('888888'),
})

export interface MessageRouteOptions {
  /** Nothing while they are loaded. */
  engines: () => TurnEngines | undefined
  record: TurnRecord
  /** Aborted to cancel what runs. */
  signal: AbortSignal
}

/**
 * `POST /api/agent/message`: a text turn without the channel's platform, for tests and scripts on this machine. It has no password, so
 * it answers callers on the loopback interface only, whatever the service listens on.
 */
export const addMessageRoute = (
  http: ReturnType<typeof openHttp>,
  {engines, record, signal}: MessageRouteOptions,
): void => {
  void http.register(async scope => {
    // What is not JSON at all never reaches the route, and is answered in the same shape.
    scope.setErrorHandler((error, _request, reply) => {
      const status = (error as {statusCode?: number}).statusCode ?? 500
      return reply.code(status).send({success: false, error: messageOf(error)})
    })
    scope.post('/api/agent/message', async (request, reply) => {
      if (!isLoopback(request.ip) || !namesLoopback(request.headers.host)) {
        return reply.code(403).send({success: false, error: 'Only callers on this machine are answered.'})
      }
      const parsed = body.safeParse(request.body)
      if (!parsed.success) {
        return reply.code(400).send({success: false, error: 'Expected JSON {"message": "1 to 4096 characters"}.'})
      }
      const ready = engines()
      if (!ready) return reply.code(503).send({success: false, error: 'Still starting.'})
      const {message: text, user_id, chat_id} = parsed.data
      const speaker = `http:${user_id}`
      const turn = {speaker, session: `${speaker}:${chat_id}`, input: {text}, speak: false}
      try {
        return {success: true, message: (await collectTurn(recordedTurn(turn, ready, {...record, signal}))).text}
      } catch (error) {
        return reply.code(500).send({success: false, error: 'The turn failed.', message: messageOf(error)})
      }
    })
  })
}
