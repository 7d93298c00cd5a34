import * as z from 'zod'
import {EssenceError, throwIfCancelled} from '../../kit/errors.ts'

const responseSchema = z.object({
  id: z.string(),
  status: z.string().optional(),
  status_details: z
    .object({reason: z.string().optional(), error: z.object({message: z.string().optional()}).nullish()})
    .nullish(),
})

/** Events of the Realtime API, as far as a test reads them. */
const eventSchema = z.discriminatedUnion('type', [
  z.object({type: z.literal('session.created'), session: z.object({id: z.string().optional()})}),
  z.object({type: z.literal('input_audio_buffer.speech_started'), item_id: z.string()}),
  z.object({type: z.literal('input_audio_buffer.speech_stopped'), item_id: z.string()}),
  z.object({type: z.literal('input_audio_buffer.committed'), item_id: z.string()}),
  z.object({
    type: z.literal('conversation.item.input_audio_transcription.completed'),
    item_id: z.string(),
    transcript: z.string(),
  }),
  z.object({type: z.literal('response.created'), response: responseSchema}),
  z.object({
    type: z.literal('response.output_audio.delta'),
    response_id: z.string(),
    item_id: z.string(),
    delta: z.base64(),
  }),
  z.object({type: z.literal('response.output_audio_transcript.delta'), response_id: z.string(), delta: z.string()}),
  z.object({type: z.literal('response.output_text.delta'), response_id: z.string(), delta: z.string()}),
  z.object({
    type: z.literal('response.function_call_arguments.done'),
    response_id: z.string(),
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
  z.object({type: z.literal('response.done'), response: responseSchema}),
  z.object({type: z.literal('error'), error: z.object({message: z.string(), code: z.string().nullish()})}),
])

export type ServerEvent = z.output<typeof eventSchema>
export type ClientEvent = {type: string} & Record<string, unknown>

/** A connection to a Realtime server. */
export interface Wire {
  send(event: ClientEvent): void
  /** @param lost as by the network: the conversation is to go on over another connection */
  close(lost?: boolean): void
}

export interface WireHandlers {
  onEvent: (event: ServerEvent) => void
  /** It ended, by whoever. */
  onClose: (reason: string) => void
}

export interface Joining {
  model: string
  /** One to go on with after the connection was lost. */
  session?: string | undefined
}

export type Connect = (handlers: WireHandlers, joining: Joining) => Promise<Wire>

const headSchema = z.object({type: z.string(), event_id: z.string().optional()})
const known = new Set<string>(eventSchema.options.map(option => option.shape.type.value))

/**
 * An event as the server sent it; undefined for one that a test does not look at, or that came before.
 * @param seen ids of events: those on their way when a connection is lost may come twice
 * @throws REMOTE_REFUSED for what is no event, or one without what it must have
 */
export const readEvent = (text: string, seen = new Set<string>()): ServerEvent | undefined => {
  const value = parsed(text)
  const {data: head} = headSchema.safeParse(value)
  if (!head) throw new EssenceError('REMOTE_REFUSED', `The gateway sent what is no event: ${text.slice(0, 80)}`)
  const {type, event_id: id} = head
  if (!known.has(type) || (id !== undefined && seen.has(id))) return undefined
  if (id !== undefined) seen.add(id)
  const {data, error} = eventSchema.safeParse(value)
  if (data) return data
  throw new EssenceError('REMOTE_REFUSED', `The gateway sent a "${type}" that is none: ${z.prettifyError(error)}`)
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Closes of a client that does not mean to end: what WebSocket leaves to applications. */
const lostCode = 4000

/** ms for a connection to be there. */
const openWithinMs = 10_000

const modelsSchema = z.object({data: z.array(z.object({id: z.string()}))})

/** The gateway names June first, then her language model. @throws REMOTE_REFUSED where there is none */
const modelNamed = async (name: string, gateway: string, signal: AbortSignal): Promise<string> => {
  if (name !== 'language-model') return name
  const response = await fetch(new URL('/v1/models', gateway), {signal})
  const model = modelsSchema.safeParse(await response.json().catch(() => undefined)).data?.data[1]?.id
  if (model !== undefined) return model
  throw new EssenceError('REMOTE_REFUSED', `The gateway at ${gateway} names no language model at /v1/models.`)
}

/**
 * Connects to `/v1/realtime` of a gateway.
 * @param gateway its address now: `http://127.0.0.1:8000`
 */
export const realtimeDoor = (gateway: () => string, signal: AbortSignal): Connect => {
  const seen = new Set<string>()
  return async ({onEvent, onClose}, {model, session}) => {
    const url = new URL(`${gateway().replace(/^http/, 'ws').replace(/\/$/, '')}/v1/realtime`)
    url.searchParams.set('model', await modelNamed(model, gateway(), signal))
    if (session !== undefined) url.searchParams.set('session', session)
    const socket = new WebSocket(url)
    const opened = Promise.withResolvers<void>()
    const refused = (why: string): EssenceError =>
      new EssenceError('REMOTE_UNREACHABLE', `The gateway at ${gateway()} gave no Realtime connection: ${why}.`)
    socket.addEventListener('open', () => opened.resolve())
    socket.addEventListener('error', event => opened.reject(refused(Reflect.get(event, 'message') || 'it was refused')))
    socket.addEventListener('close', ({code, reason}) => {
      const why = `closed with ${code}${reason === '' ? '' : ` (${reason})`}`
      opened.reject(refused(why))
      onClose(why)
    })
    socket.addEventListener('message', ({data}) => {
      try {
        const event = readEvent(String(data), seen)
        if (event) onEvent(event)
      } catch (error) {
        onClose(error instanceof Error ? error.message : String(error))
        socket.close()
      }
    })
    const late = AbortSignal.any([signal, AbortSignal.timeout(openWithinMs)])
    const abort = (): void => opened.reject(refused(`not within ${openWithinMs / 1000} s`))
    late.addEventListener('abort', abort, {once: true})
    try {
      await opened.promise
    } catch (error) {
      socket.close()
      throwIfCancelled(signal)
      throw error
    } finally {
      late.removeEventListener('abort', abort)
    }
    return {
      send: event => {
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(event))
      },
      close: lost => (lost ? socket.close(lostCode, 'lost') : socket.close(1000)),
    }
  }
}
