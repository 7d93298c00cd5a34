import {randomUUID} from 'node:crypto'
import type {Readable} from 'node:stream'
import {EssenceError} from '@essence/core/kit/errors'
import {isLanguageTag} from '@essence/core/text/language-tag'
import type {VoiceTurn} from '@essence/core/voice/events'
import type {FastifyRequest} from 'fastify'
import {z} from 'zod'
import {speakerOf} from '../door/callers.ts'

/** Characters of one typed message. */
export const maxText = 8000

export const sessionName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected 1 to 64 letters, digits, _ or -')

export const voiceName = z.string().min(1).max(100)

export const languageTag = z
  .string()
  .refine(tag => tag === 'auto' || isLanguageTag(tag), 'expected auto or a language code such as en or pt-BR')

const options = {
  /** The conversation; without one the turn stands alone. */
  session: sessionName.default(() => randomUUID()),
  voice: voiceName.optional(),
  language: languageTag.optional(),
  speed: z.coerce.number().min(0.5).max(2).optional(),
}

const documentIds = z.array(z.string().min(1).max(100)).max(100)

const textTurn = z.strictObject({
  ...options,
  speak: z.boolean().default(true),
  text: z.string().trim().min(1).max(maxText),
  documents: documentIds.optional(),
  /** A button was pressed, which said `text`. */
  decision: z.strictObject({confirmation: z.string().min(1).max(100), accepted: z.boolean()}).optional(),
})

/** Beside a body of audio the options are query parameters. */
const audioTurn = z.strictObject({
  ...options,
  speak: z.stringbool().default(true),
  /** Between commas. */
  documents: z
    .string()
    .transform(ids => ids.split(','))
    .pipe(documentIds)
    .optional(),
})

const aboutTurn = {
  what: 'a turn',
  suggestions: ['Send JSON {"text": "…"}, or audio with its Content-Type and the options in the query.'],
}

export interface TurnDefaults {
  language?: string | undefined
  maxAudioBytes: number
}

/**
 * Reads the turn a request asks for; audio stays a stream.
 * @throws USAGE, AUDIO_TOO_LARGE
 */
export const readTurn = (request: FastifyRequest, {language, maxAudioBytes}: TurnDefaults): VoiceTurn => {
  const {body} = request
  if (isStream(body)) {
    const announced = Number(request.headers['content-length'] ?? 0)
    if (announced > maxAudioBytes) {
      throw new EssenceError('AUDIO_TOO_LARGE', `The audio has ${announced} bytes; at most ${maxAudioBytes} are taken.`)
    }
    // A reader that stops early must not destroy the stream: the answer leaves through the same socket.
    const stream = body.iterator({destroyOnReturn: false}) as AsyncIterable<Uint8Array>
    return voiceTurn(request, checked(audioTurn, request.query, 'query', aboutTurn), language, {audio: {stream}})
  }
  const {text, ...asked} = checked(textTurn, body, 'body', aboutTurn)
  return voiceTurn(request, asked, language, {text})
}

/**
 * The session that a path or query names, as the engines know it.
 * @throws USAGE
 */
export const readSessionOf = (value: unknown, where: 'path' | 'query'): string =>
  sessionOf(checked(z.object({session: sessionName}), value, where, {what: 'a conversation', suggestions: []}).session)

/** A conversation that a client named, as the engines know it. */
export const sessionOf = (name: string): string => `web:${name}`

const isStream = (body: unknown): body is Readable => typeof body === 'object' && body !== null && 'pipe' in body

const voiceTurn = (
  {caller}: FastifyRequest,
  {session, language, ...asked}: z.infer<typeof audioTurn> & Pick<z.infer<typeof textTurn>, 'decision'>,
  defaultLanguage: string | undefined,
  input: VoiceTurn['input'],
): VoiceTurn => ({
  ...asked,
  speaker: speakerOf(caller),
  session: sessionOf(session),
  input,
  language: language ?? defaultLanguage,
})

/** @param about what it should be, and how to send that @throws USAGE */
export const checked = <T extends z.ZodType>(
  schema: T,
  value: unknown,
  where: string,
  {what, suggestions}: {what: string; suggestions: string[]},
): z.infer<T> => {
  const result = schema.safeParse(value ?? {})
  if (result.success) return result.data
  const faults = result.error.issues.map(issue => `${issue.path.join('.') || where}: ${issue.message}`)
  throw new EssenceError('USAGE', `This is not ${what}. ${faults.join('; ')}.`, {suggestions})
}
