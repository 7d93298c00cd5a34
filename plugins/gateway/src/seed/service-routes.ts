import {decodeAudio} from '@essence/core/audio/decode/decode'
import {installCommand} from '@essence/core/engines/install-command'
import {EssenceError} from '@essence/core/kit/errors'
import type {SpeechToText} from '@essence/core/stt/port'
import type {ZodTypeProvider} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {AddRoutes} from '../door/context.ts'
import {checked, languageTag, voiceName} from '../page/turn-request.ts'
import {answer, spoken} from './answer.ts'
import type {AudioBudget} from './audio-budget.ts'
import {maxSpokenText} from './client-message.ts'
import {inTurn, untilUnwanted} from './in-turn.ts'
import {collected} from './server-message.ts'
import {readAudioForm} from './upload.ts'

const prompt = z.object({prompt: z.string().min(1).max(100_000)})

const toSpeak = z.object({
  text: z.string().min(1).max(maxSpokenText),
  language: languageTag.default('en'),
  voice_id: voiceName.default('default'),
})

const sound = {
  audio_b64: z.string().describe('a WAV file in base64'),
  audio_data: z.string().describe('the same as audio_b64'),
  sample_rate: z.int().describe('Hz'),
}

/** In the query or in the form. */
const transcribing = z.object({
  language: languageTag.optional(),
  full_round_trip: z
    .enum(['true', '1', 'yes', 'on', 'false', '0', 'no', 'off', ''])
    .transform(word => ['true', '1', 'yes', 'on'].includes(word))
    .optional(),
})

const heard = z.object({
  transcript: z.string(),
  detected_language: z.string(),
  llm_response: z.string().optional(),
  audio_b64: z.string().optional(),
  audio_data: z.string().optional(),
  sample_rate: z.int().optional(),
})

/** `/api/v1/…`: each engine by itself. */
export const addServiceRoutes =
  (budget: AudioBudget): AddRoutes =>
  (http, context) => {
    const routes = http.withTypeProvider<ZodTypeProvider>()
    const tags = ['engines']

    routes.post(
      '/api/v1/llm/generate',
      {
        config: {access: 'service.inference', limit: 'llm'},
        schema: {
          tags,
          summary: 'Have the language model write',
          body: prompt,
          response: {200: z.object({text: z.string()})},
        },
      },
      (request, reply) =>
        inTurn(request, reply, context, async ({model}, signal) => {
          if (!model) {
            throw new EssenceError('ENGINE_UNAVAILABLE', 'No language model is installed; a stand-in answers.', {
              suggestions: [`Install one: ${installCommand}`],
            })
          }
          let text = ''
          for await (const delta of model.chat([{role: 'user', content: request.body.prompt}], {signal})) {
            if (delta.kind === 'answer') text += delta.text
          }
          return {text}
        }),
    )

    routes.post(
      '/api/v1/tts/speak',
      {
        config: {access: 'service.tts', limit: 'tts'},
        schema: {tags, summary: 'Speak a text', body: toSpeak, response: {200: z.object(sound)}},
      },
      (request, reply) =>
        inTurn(request, reply, context, async (engines, signal) => {
          const {text, language, voice_id} = request.body
          const voice = voice_id === 'default' ? undefined : voice_id
          const {audio_b64, audio_data, sample_rate} = (await spoken(text, engines, {voice, language, signal})).fields()
          return {audio_b64, audio_data, sample_rate}
        }),
    )

    routes.post(
      '/api/v1/audio/transcribe',
      {
        config: {access: 'service.stt', limit: 'stt'},
        schema: {
          tags,
          summary: 'Write down a recording, in the part "audio" of a form; full_round_trip: answer it, too',
          consumes: ['multipart/form-data'],
          querystring: transcribing,
          response: {200: heard},
        },
      },
      async (request, reply) => {
        const {held, fields} = await readAudioForm(request, budget)
        try {
          const {language = request.query.language, full_round_trip = request.query.full_round_trip} = fromForm(fields)
          const audio = held.whole()
          if (full_round_trip) {
            const signal = untilUnwanted(request, reply)
            const asked = {type: 'audio', audio, language} as const
            const whole = await collected(answer(asked, {caller: request.caller, signal, context}))
            const {audio_b64, audio_data, sample_rate} = whole.audio_response ?? {}
            return {
              transcript: whole.transcription?.text ?? '',
              detected_language: whole.transcription?.language ?? 'und',
              llm_response: whole.response?.text,
              ...{audio_b64, audio_data, sample_rate},
            }
          }
          return await inTurn(request, reply, context, ({stt}, signal) =>
            transcribed(stt, audio, {language: language ?? context.language, signal}),
          )
        } finally {
          held.drop()
        }
      },
    )
  }

/** @throws USAGE */
const fromForm = (fields: Record<string, string>) =>
  checked(transcribing, fields, 'form', {what: 'a form of a recording', suggestions: []})

/** A recording of any length, heard piece by piece. */
const transcribed = async (
  stt: SpeechToText,
  bytes: Uint8Array,
  {language = 'auto', signal}: {language?: string | undefined; signal: AbortSignal},
) => {
  const texts: string[] = []
  let detected: string | undefined
  const events = stt.stream(decodeAudio({bytes}, {signal}), {language, signal, packUtterances: true})
  for await (const event of events) {
    if (event.type !== 'final') continue
    detected ??= event.language
    texts.push(event.segment.text.trim())
  }
  return {transcript: texts.join(' '), detected_language: detected ?? (language === 'auto' ? 'und' : language)}
}
