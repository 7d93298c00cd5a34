import {randomUUID} from 'node:crypto'
import type {Readable} from 'node:stream'
import {EssenceError} from '@essence/core/kit/errors'
import {isLanguageTag} from '@essence/core/text/language-tag'
import type {VoiceTurn} from '@essence/core/voice/events'
import type {FastifyRequest} from 'fastify'
import {z} from 'zod'

/** Characters of one typed message. */
const maxText = 8000

const session = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected 1 to 64 letters, digits, _ or -')

const options = {
  /** The conversation; without one the turn stands alone. */
  session: session.default(() => randomUUID()),
  voice: z.string().min(1).max(100).optional(),
  language: z
    .string()
    .refine(tag => tag === 'auto' || isLanguageTag(tag), 'expected auto or a language code such as en or pt-BR')
    .optional(),
}

const textTurn = z.strictObject({
  ...options,
  speak: z.boolean().default(true),
  text: z.string().trim().min(1).max(maxText),
})

/** Beside a body of audio the options are query parameters. */
const audioTurn = z.strictObject({...options, speak: z.stringbool().default(true)})

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
    return voiceTurn(checked(audioTurn, request.query, 'query'), language, {audio: {stream}})
  }
  const {text, ...asked} = checked(textTurn, body, 'body')
  return voiceTurn(asked, language, {text})
}

/**
 * The session a path names, as the engines know it.
 * @throws USAGE
 */
export const readSession = (request: FastifyRequest): string =>
  sessionOf(checked(z.object({session}), request.params, 'path').session)

const sessionOf = (name: string): string => `web:${name}`

const isStream = (body: unknown): body is Readable => typeof body === 'object' && body !== null && 'pipe' in body

const voiceTurn = (
  asked: z.infer<typeof audioTurn>,
  defaultLanguage: string | undefined,
  input: VoiceTurn['input'],
): VoiceTurn => ({
  // No accounts yet: the person at this machine is its owner.
  speaker: 'web:local',
  session: sessionOf(asked.session),
  input,
  speak: asked.speak,
  voice: asked.voice,
  language: asked.language ?? defaultLanguage,
})

const checked = <T extends z.ZodType>(schema: T, value: unknown, where: string): z.infer<T> => {
  const result = schema.safeParse(value ?? {})
  if (result.success) return result.data
  const faults = result.error.issues.map(issue => `${issue.path.join('.') || where}: ${issue.message}`)
  throw new EssenceError('USAGE', `This is not a turn. ${faults.join('; ')}.`, {
    suggestions: ['Send JSON {"text": "…"}, or audio with its Content-Type and the options in the query.'],
  })
}
