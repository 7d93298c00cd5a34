import * as z from 'zod'
import {readAudio} from '../../audio/decode/decode.ts'
import {concatSamples} from '../../audio/pcm.ts'
import {defined} from '../../kit/defined.ts'
import {EssenceError, errorTable, isEssenceError, messageOf, throwIfCancelled} from '../../kit/errors.ts'
import {ByteLines} from '../../kit/flow/byte-lines.ts'
import {retry} from '../../kit/flow/retry.ts'

const errorSchema = z.object({code: z.string().optional(), message: z.string()})

/** Lines of `POST /api/turn`, as far as a test reads them. */
const lineSchema = z.discriminatedUnion('type', [
  z.object({type: z.literal('transcript'), text: z.string()}),
  z.object({type: z.literal('delta'), text: z.string()}),
  z.object({type: z.literal('sentence'), text: z.string(), speech: z.string()}),
  z.object({type: z.literal('speech'), audio: z.base64()}),
  errorSchema.extend({type: z.literal('speechFailed')}),
  z.object({type: z.literal('done'), text: z.string(), times: z.record(z.string(), z.number())}),
  errorSchema.extend({type: z.literal('error')}),
])

/** A whole turn of the gateway. */
export interface GatewayTurn {
  /** What it heard. */
  heard: string
  /** Its answer as written, and as it was spoken. */
  answer: string
  spoken: string
  /** Mono samples of the answer at 16 kHz; empty where it spoke nothing. */
  pcm: Float32Array
  /** ms by stage, as the gateway took them. */
  times: Record<string, number>
}

export interface TurnRequest {
  /** `http://127.0.0.1:8000` */
  gateway: string
  body: {audio: Uint8Array<ArrayBuffer>; type: string} | {text: string}
  language: string
  voice?: string | undefined
  speak?: boolean | undefined
  signal: AbortSignal
}

const codeOf = (code: string | undefined, status = 500): keyof typeof errorTable => {
  if (code !== undefined && code in errorTable) return code as keyof typeof errorTable
  return status === 503 || status === 429 ? 'ENGINE_BUSY' : 'REMOTE_REFUSED'
}

/**
 * One turn over the gateway's real wire.
 * @throws the error the gateway names; REMOTE_UNREACHABLE, REMOTE_REFUSED for an answer that is none, CANCELLED
 */
export const askGateway = async ({gateway, body, ...options}: TurnRequest): Promise<GatewayTurn> => {
  const {language, voice, speak = true, signal} = options
  const asked = {session: crypto.randomUUID(), language, ...defined({voice})}
  const isText = 'text' in body
  const query = new URLSearchParams({...asked, speak: String(speak)})
  const response = await fetch(`${gateway.replace(/\/$/, '')}/api/turn${isText ? '' : `?${query}`}`, {
    method: 'POST',
    headers: {'content-type': isText ? 'application/json' : body.type},
    body: isText ? JSON.stringify({...asked, speak, text: body.text}) : body.audio,
    signal,
  }).catch(error => {
    throw unreachable(error, gateway, signal)
  })
  if (!response.ok || !response.body) throw await refusal(response)
  const turn = {heard: '', answer: '', spoken: [] as string[], clips: [] as Float32Array[]}
  let times: Record<string, number> | undefined
  try {
    for await (const line of linesOf(response.body)) {
      const event = readLine(line)
      if (event?.type === 'transcript') turn.heard = event.text
      else if (event?.type === 'sentence') turn.spoken.push(event.speech)
      else if (event?.type === 'speech') turn.clips.push(await readClip(event.audio, signal))
      else if (event?.type === 'done') [turn.answer, times] = [event.text, event.times]
      else if (event?.type === 'error' || event?.type === 'speechFailed')
        throw new EssenceError(codeOf(event.code), event.message)
    }
  } catch (error) {
    throw isEssenceError(error) ? error : unreachable(error, gateway, signal)
  }
  if (!times) throw new EssenceError('REMOTE_REFUSED', 'The gateway ended the turn without its end.')
  const spoken = turn.spoken.filter(Boolean).join(' ')
  return {heard: turn.heard, answer: turn.answer, spoken, pcm: concatSamples(turn.clips), times}
}

/** Samples of a clip; none of one that is shorter than what can be resampled: the last crumb of a sentence. */
const readClip = (audio: string, signal: AbortSignal): Promise<Float32Array> =>
  readAudio({bytes: Buffer.from(audio, 'base64')}, {signal}).catch(error => {
    if (isEssenceError(error) && error.code === 'AUDIO_EMPTY') return new Float32Array()
    throw error
  })

/** ms between two attempts at a gateway that has no slot free. */
const busyPauseMs = 500

/**
 * The same, and a gateway that has no slot free is asked again; one that is away is not.
 * @param request made anew for each attempt: the address may have changed
 * @param withinMs default: as long as the signal allows
 */
export const askGatewayInTurn = (request: () => TurnRequest, withinMs?: number): Promise<GatewayTurn> =>
  retry(() => askGateway(request()), {
    withinMs,
    pause: () => busyPauseMs,
    retryable: error => isEssenceError(error) && error.code === 'ENGINE_BUSY',
    signal: request().signal,
  })

const unreachable = (error: unknown, gateway: string, signal: AbortSignal): unknown => {
  throwIfCancelled(signal)
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return new EssenceError('REMOTE_UNREACHABLE', `The gateway at ${gateway} cannot be reached: ${messageOf(cause)}.`, {
    cause: error,
  })
}

const refusal = async (response: Response): Promise<EssenceError> => {
  const text = await response.text().catch(() => '')
  const told = z.object({error: errorSchema}).or(errorSchema).safeParse(jsonOf(text)).data
  const {code, message = text.slice(0, 200)} = told && 'error' in told ? told.error : (told ?? {code: undefined})
  return new EssenceError(codeOf(code, response.status), `The gateway answered ${response.status}: ${message}`)
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Undefined for a line that is no line of a turn this client knows: a newer gateway may tell more. @throws REMOTE_REFUSED */
const readLine = (line: string): z.output<typeof lineSchema> | undefined => {
  const value = jsonOf(line)
  const type = z.object({type: z.string()}).safeParse(value).data?.type
  if (type === undefined)
    throw new EssenceError('REMOTE_REFUSED', `The gateway sent a line that is none of a turn: ${line.slice(0, 80)}`)
  if (!lineSchema.options.some(option => option.shape.type.value === type)) return undefined
  const {data, error} = lineSchema.safeParse(value)
  if (data) return data
  throw new EssenceError('REMOTE_REFUSED', `The gateway sent a "${type}" that is none: ${z.prettifyError(error)}`)
}

/** A line holds a sentence as sound. */
const maxLineBytes = 64 * 1024 ** 2

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const lines: string[] = []
  const cut = new ByteLines(line => lines.push(line.toString()), maxLineBytes)
  for await (const chunk of body) {
    cut.push(Buffer.from(chunk))
    yield* lines.splice(0)
  }
  cut.end()
  yield* lines
}
