import type {ZodTypeProvider} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {AddRoutes} from '../door/context.ts'
import {answer} from './answer.ts'
import {clientMessage, readMessage} from './client-message.ts'
import {untilUnwanted} from './in-turn.ts'
import {collected} from './server-message.ts'

const said = z.looseObject({
  type: z.string().describe('response, or audio_response to a tts_request'),
  text: z.string(),
  content: z.string().describe('the same as text'),
  conversation_id: z.string().optional(),
  transcript: z.string().optional().describe('what was heard'),
  audio_data: z.string().optional().describe('a WAV file in base64'),
  audio_b64: z.string().optional().describe('the same as audio_data'),
  timestamp: z.string(),
})

/** `POST /chat`: a message of a WebSocket as JSON; its answer whole, as one message. */
export const addChatRoute: AddRoutes = (http, context) => {
  http.withTypeProvider<ZodTypeProvider>().post(
    '/chat',
    {
      config: {access: 'conversations.write', limit: 'chat'},
      // Base64 takes a third more.
      bodyLimit: Math.ceil(context.maxAudioBytes * 1.4),
      schema: {tags: ['chat'], summary: 'Say something to June', body: clientMessage, response: {200: said}},
    },
    async (request, reply) => {
      const asked = {...readMessage(request.body), stream: false}
      const signal = untilUnwanted(request, reply)
      const whole = await collected(answer(asked, {caller: request.caller, signal, context}))
      const {text: transcript, confidence, language} = whole.transcription ?? {}
      const heard = transcript === undefined ? {} : {transcript, confidence, language}
      // Of a tts_request the speech is all there is.
      return {...whole.audio_response, ...whole.response, ...heard} as z.infer<typeof said>
    },
  )
}
