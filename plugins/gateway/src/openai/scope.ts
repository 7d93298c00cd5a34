import {type RequestFailure, refuse, requestFailure} from '@essence/core/service/http'
import type {AddRoutes} from '../door/context.ts'
import {addSpeechRoutes} from '../openai-audio/speech-route.ts'
import {addTranscriptionRoutes} from '../openai-audio/transcription-routes.ts'
import {addClientSecretRoute} from '../people/client-secret-route.ts'
import {addRealtimeRoute} from '../realtime/realtime-route.ts'
import {SecretSessions} from '../realtime/secret-sessions.ts'
import {addChatRoutes} from './chat-routes.ts'
import {addEmbeddingRoute} from './embedding-route.ts'
import {errorBody, namedFault} from './errors.ts'
import {addModelRoutes} from './model-routes.ts'
import {addResponseRoutes} from './response-routes.ts'

/** Bytes of a body: long conversations, and texts to embed by the hundred. */
const bodyLimit = 8 * 1024 ** 2

/** What OpenAI's clients call, with errors as they read them. */
const routes: readonly AddRoutes[] = [
  addModelRoutes,
  addChatRoutes,
  addResponseRoutes,
  addEmbeddingRoute,
  addSpeechRoutes,
  addTranscriptionRoutes,
]

/** `/v1`, for programs that speak OpenAI's API. */
export const addOpenAi: AddRoutes = async (http, context) => {
  const {log} = context.record
  await http.register(
    async v1 => {
      v1.addHook('onRoute', route => {
        route.bodyLimit ??= bodyLimit
      })
      v1.setErrorHandler((thrown, request, reply) => {
        const error = namedFault(thrown)
        const failure = requestFailure(error, request, log)
        return refuse(reply, failure).send(errorBody(failure, error))
      })
      v1.setNotFoundHandler((request, reply) => {
        const message = `There is no ${request.method} ${request.url.split('?')[0]}.`
        const failure: RequestFailure = {status: 404, code: 'USAGE', message, suggestions: []}
        return reply.code(404).send(errorBody(failure, {fault: 'unknown_url'}))
      })
      const secrets = new SecretSessions()
      for (const add of [...routes, addClientSecretRoute(secrets), addRealtimeRoute(secrets)]) await add(v1, context)
    },
    {prefix: '/v1'},
  )
}
