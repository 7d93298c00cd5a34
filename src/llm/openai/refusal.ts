import * as z from 'zod'
import {EssenceError} from '../../kit/errors.ts'
import {redact} from '../../kit/secret.ts'

/** What servers put into an answer that is an error: OpenAI and llama-server an object, vLLM a text or `detail`. */
const errorSchema = z.union([
  z.object({error: z.object({message: z.string(), code: z.union([z.string(), z.number()]).nullish()})}),
  z.object({error: z.string()}).transform(({error}) => ({error: {message: error, code: undefined}})),
  z.object({message: z.string()}).transform(({message}) => ({error: {message, code: undefined}})),
  z.object({detail: z.string()}).transform(({detail}) => ({error: {message: detail, code: undefined}})),
])

const messageChars = 300
const contextWords = /context[ _](size|length|window)|exceed_context|prompt is too long/i

/** What the server says went wrong, in one short line; '' where it says nothing readable. */
export const serverMessage = (body: string): string => {
  try {
    const parsed = errorSchema.safeParse(JSON.parse(body))
    return parsed.success ? oneLine(parsed.data.error.message) : ''
  } catch {
    return oneLine(body)
  }
}

const oneLine = (text: string): string => redact(text.replace(/[\s\p{Cc}]+/gu, ' ').trim()).slice(0, messageChars)

/**
 * The error for a status, or for an error in the middle of a stream (its `code`, else 500).
 * @param host as people know it: host and port
 * @param served ids of the models it serves
 */
export const refusal = (host: string, status: number, body: string, served: readonly string[] = []): EssenceError => {
  const said = serverMessage(body)
  const words = said === '' ? '' : `: ${said}`
  if (status === 401 || status === 403)
    return new EssenceError('TOKEN_REJECTED', `The model server ${host} refuses the key (${status})${words}`, {
      suggestions: ['Set LLM_API_KEY to a key of that server.'],
    })
  if (status === 429 || status === 503)
    return new EssenceError('ENGINE_BUSY', `The model server ${host} is busy or still loads (${status})${words}`, {
      suggestions: ['Try again in a moment.'],
    })
  if ((status === 400 || status === 413) && contextWords.test(body))
    return new EssenceError('CONTEXT_FULL', `The conversation is too long for the model at ${host}${words}`)
  if (status === 404)
    return new EssenceError(
      'REMOTE_REFUSED',
      `The model server ${host} does not have what was asked for (404)${words}`,
      {
        suggestions: [
          served.length > 0
            ? `Set MODEL_NAME to one it serves: ${served.join(', ')}`
            : 'Check that LLM_URL is an OpenAI-compatible server: it answers GET /v1/models.',
        ],
      },
    )
  if (status >= 500)
    return new EssenceError('ENGINE_FAILED', `The model server ${host} failed (${status})${words}`, {
      suggestions: ['Its log says why.'],
    })
  return new EssenceError('REMOTE_REFUSED', `The model server ${host} refuses the request (${status})${words}`)
}

/** The error that a piece of a stream is, if it is one. */
export const streamedError = (host: string, data: unknown): EssenceError | undefined => {
  const parsed = z.object({error: z.unknown()}).safeParse(data)
  if (!parsed.success || parsed.data.error === undefined || parsed.data.error === null) return undefined
  const code = errorSchema.safeParse(data).data?.error.code
  return refusal(host, Number(code) >= 400 ? Number(code) : 500, JSON.stringify(data))
}
