import {startingWith} from '@essence/core/kit/flow/iterate'
import {requestFailure} from '@essence/core/service/http'
import type {ZodTypeProvider} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {speakerOf} from '../door/callers.ts'
import type {AddRoutes} from '../door/context.ts'
import {untilGone} from '../door/gone.ts'
import {sendStream} from '../door/streamed.ts'
import {namedModel, servedModels} from '../openai/models.ts'
import {failureEvent, sseEvent} from '../openai/sse.ts'
import {styleOf} from './instructions.ts'
import {encodeSpeech, mimeTypes, speechFormats} from './speech-formats.ts'
import {spokenText} from './spoken-text.ts'
import {knownVoices, voiceNamed} from './voices.ts'

/** Characters of one text: half an hour of speech. OpenAI takes 4096. */
const maxInput = 32_768

const voiceId = z.string().min(1).max(100)

const body = z.object({
  model: z.string().min(1).max(200),
  input: z.string().min(1).max(maxInput),
  voice: z
    .union([voiceId, z.object({id: voiceId})])
    .optional()
    .describe('An id of a voice here, a language, or a name of OpenAI. Default: the usual voice'),
  instructions: z.string().max(4096).optional().describe('Words as "cheerful" or "calm" choose a style'),
  response_format: z.enum(speechFormats).default('mp3'),
  speed: z.number().min(0.25).max(4).optional().describe('Default: TTS_SPEED'),
  stream_format: z.enum(['audio', 'sse']).default('audio'),
})

/** `POST /v1/audio/speech`, and the voices and models that clients ask it for. */
export const addSpeechRoutes: AddRoutes = (http, context) => {
  const {engines, turns, stallMs, record, modelAliases} = context
  const routes = http.withTypeProvider<ZodTypeProvider>()
  const tags = ['OpenAI']

  routes.post(
    '/audio/speech',
    {
      config: {access: 'service.tts', limit: 'tts'},
      schema: {tags, summary: 'Text as speech, sent while it is spoken', body},
    },
    async (request, reply) => {
      const {model, input, voice = '', instructions = '', response_format, speed, stream_format} = request.body
      const person = speakerOf(request.caller)
      turns.assertRoom(person)
      const gone = untilGone(reply.raw)
      const opened = await engines(gone)
      namedModel(opened, model, {kinds: ['tts'], aliases: modelAliases})
      const {tts} = opened
      const named = typeof voice === 'string' ? voice : voice.id
      const options = {
        ...spokenText(input, speed),
        voice: named === '' ? undefined : await voiceNamed(tts, named),
        style: styleOf(instructions),
      }
      // An answer that is kept for a client that asks again is made to its end.
      const slot = await turns.take(person, {signal: request.recording ? undefined : gone})
      try {
        const {signal} = slot
        const {text, ...how} = options
        const sound = encodeSpeech(tts.synthesize(text, {...how, signal}), response_format, signal)
        // What cannot be spoken shows before the first sound: that is a status still.
        const first = await sound.next()
        const all = startingWith(first.value as Uint8Array, sound)
        const asEvents = stream_format === 'sse'
        const told = failureEvent(request, record.log)
        await sendStream(request, reply, {
          contentType: asEvents ? 'text/event-stream' : mimeTypes[response_format],
          pieces: () => (asEvents ? speechEvents(all) : all),
          // Sound has no words for a failure: the log has.
          onFailure: error => (asEvents ? told(error) : void requestFailure(error, request, record.log)),
          stallMs,
        })
      } finally {
        slot.release()
      }
    },
  )

  // What Open WebUI looks for to offer a choice.
  routes.get(
    '/audio/voices',
    {
      config: {access: 'known'},
      schema: {
        tags,
        summary: 'The voices there are, and the names of OpenAI that stand for one',
        response: {200: z.object({voices: z.array(z.object({id: z.string(), name: z.string()}))})},
      },
    },
    async (_request, reply) => {
      const {tts} = await engines(untilGone(reply.raw))
      const own = (await tts.voices()).map(({id, name, language}) => ({id, name: `${name} (${language})`}))
      const ids = new Set(own.map(({id}) => id))
      return {voices: [...own, ...knownVoices.filter(id => !ids.has(id)).map(id => ({id, name: id}))]}
    },
  )
  routes.get(
    '/audio/models',
    {
      config: {access: 'known'},
      schema: {
        tags,
        summary: 'The models that speak',
        response: {200: z.object({models: z.array(z.object({id: z.string()}))})},
      },
    },
    async (_request, reply) => {
      const models = servedModels(await engines(untilGone(reply.raw)), modelAliases)
      return {models: models.filter(({kind}) => kind === 'tts').map(({id}) => ({id}))}
    },
  )
}

/** Tokens are not what is counted here. */
const usage = {input_tokens: 0, output_tokens: 0, total_tokens: 0}

async function* speechEvents(sound: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const bytes of sound) {
    yield sseEvent({type: 'speech.audio.delta', audio: Buffer.from(bytes).toString('base64')})
  }
  yield sseEvent({type: 'speech.audio.done', usage})
}
