import {decodeAudio} from '@essence/core/audio/decode/decode'
import type {AudioInput} from '@essence/core/audio/source'
import {busyError} from '@essence/core/kit/errors'
import {FairSemaphore} from '@essence/core/kit/flow/fair-semaphore'
import {collected, startingWith} from '@essence/core/kit/flow/iterate'
import type {SpeechToText, StreamOptions} from '@essence/core/stt/port'
import {transcribeSound} from '@essence/core/stt/transcript/transcribe-sound'
import type {TranscriptWriter} from '@essence/core/stt/transcript/transcript-writer'
import type {FastifyReply, FastifyRequest} from 'fastify'
import {speakerOf} from '../door/callers.ts'
import type {AddRoutes} from '../door/context.ts'
import {takeForms} from '../door/forms.ts'
import {untilGone} from '../door/gone.ts'
import {sendStream} from '../door/streamed.ts'
import {namedModel} from '../openai/models.ts'
import {failureEvent} from '../openai/sse.ts'
import {readAudioForm} from './audio-form.ts'
import {checkedFields, formOf, transcriptionFields, translationFields} from './transcription-form.ts'
import {eventWriter, openAiWriter} from './transcription-writer.ts'

/** Longest recording taken, in ms: a small file can unfold to days of silence. */
const maxMs = 4 * 3_600_000

/** Uploads received at once, as each may take room on the disk; more wait, those of others first. */
const uploading = {limit: 32, limitPerKey: 4, maxWaiting: 64, maxWaitingPerKey: 8}

/** `POST /v1/audio/transcriptions` and `/v1/audio/translations`. */
export const addTranscriptionRoutes: AddRoutes = async (http, context) => {
  await takeForms(http)
  const uploads = new FairSemaphore({...uploading, refusal: () => busyError('June', uploading.limit)})

  const answer = async (request: FastifyRequest, reply: FastifyReply, task: 'transcribe' | 'translate') => {
    const {turns, stallMs, record, maxUploadBytes: maxBytes, language: usual} = context
    const person = speakerOf(request.caller)
    turns.assertRoom(person)
    const gone = untilGone(reply.raw)
    const engines = await context.engines(gone)
    const received = await uploads.acquire(person, {signal: gone})
    const form = await readAudioForm(request, {maxBytes, signal: gone}).finally(received)
    await using audio = form.audio
    const asked =
      task === 'transcribe'
        ? checkedFields(transcriptionFields, form.fields)
        : {...checkedFields(translationFields, form.fields), stream: false, language: undefined}
    namedModel(engines, asked.model, {kinds: ['stt'], aliases: context.modelAliases})
    const {stt} = engines
    const {response_format: format, language = usual} = asked
    const isSubtitled = format === 'srt' || format === 'vtt'
    const granularities = 'timestamp_granularities' in asked ? asked.timestamp_granularities : undefined
    const options = {
      language,
      translate: task === 'translate',
      // Only a hint: many clients always send one.
      prompt: stt.abilities.prompt ? asked.prompt : undefined,
      // Subtitles are cut where words begin, if the recogniser knows.
      words: granularities?.includes('word') || (isSubtitled && stt.abilities.words),
    }
    // An answer that is kept for a client that asks again is made to its end.
    const slot = await turns.take(person, {signal: request.recording ? undefined : gone})
    try {
      const {signal} = slot
      if (!asked.stream) {
        const texts = await collected(written(stt, audio, openAiWriter(asked, task), {...options, signal}))
        reply.type(format.endsWith('json') ? 'application/json' : 'text/plain; charset=utf-8')
        return texts.join('')
      }
      const events = written(stt, audio, eventWriter(), {...options, signal})
      // What cannot be heard shows before the first piece of text: that is a status still.
      const first = await events.next()
      const pieces = () => startingWith(first.value as string, events)
      const onFailure = failureEvent(request, record.log)
      return await sendStream(request, reply, {contentType: 'text/event-stream', pieces, onFailure, stallMs})
    } finally {
      slot.release()
    }
  }

  const config = {access: 'service.stt', limit: 'stt'} as const
  // The form is read, and checked, by the handler.
  const validatorCompiler = () => () => true
  const schemaOf = (summary: string, body: unknown) => ({
    ...{tags: ['OpenAI'], summary, body, consumes: ['multipart/form-data']},
  })
  http.post(
    '/audio/transcriptions',
    {config, validatorCompiler, schema: schemaOf('Speech as text', formOf(transcriptionFields))},
    (request, reply) => answer(request, reply, 'transcribe'),
  )
  http.post(
    '/audio/translations',
    {config, validatorCompiler, schema: schemaOf('Speech of any language as English text', formOf(translationFields))},
    (request, reply) => answer(request, reply, 'translate'),
  )
}

/** What a transcript is written as, while it grows. @throws CANCELLED, and what the recogniser and the decoder throw */
async function* written(
  stt: SpeechToText,
  input: AudioInput,
  writer: TranscriptWriter,
  options: StreamOptions & {signal: AbortSignal},
): AsyncGenerator<string> {
  const sound = decodeAudio({input}, {maxDurationMs: maxMs, signal: options.signal})
  const {stopped} = yield* transcribeSound(stt, sound, writer, {...options, packUtterances: true})
  if (stopped) throw stopped
}
