import {createParser} from 'eventsource-parser'
import {Agent, type Dispatcher, request} from 'undici'
import {defined} from '../../kit/defined.ts'
import {EssenceError, isEssenceError, messageOf, systemCodeOf, throwIfCancelled} from '../../kit/errors.ts'
import type {Secret} from '../../kit/secret.ts'
import {refusal} from './refusal.ts'

export interface ServerOptions {
  /** With or without `/v1`. */
  url: string
  key?: Secret | undefined
  /** ms without a byte after which it is given up. Default 120 000: a long prompt on a CPU is silent for long. */
  silenceMs?: number | undefined
}

interface Asking {
  body?: unknown
  signal?: AbortSignal | undefined
}

const maxJsonBytes = 32 * 1024 ** 2
/** Of one event; beyond, the stream is no chat. */
const maxEventChars = 4 * 1024 ** 2
const connectMs = 10_000

/** An OpenAI-compatible server. Redirects are not followed: the key goes to the address that was set, and to no other. */
export interface ModelServer {
  /** As people know it: host and port. */
  readonly host: string
  /** Ids of the models it serves, for what is said of a missing one. */
  served: string[]
  /**
   * The answer to a GET, or to a POST where there is a body.
   * @param path from the server's root: `/v1/models`
   * @throws TOKEN_REJECTED, REMOTE_REFUSED, ENGINE_BUSY, ENGINE_FAILED, CONTEXT_FULL, REMOTE_UNREACHABLE, TIMED_OUT, CANCELLED
   */
  ask(path: string, asking?: Asking): Promise<unknown>
  /** The data of a stream of events, to its `[DONE]`. Leaving it closes the connection. @throws as `ask` */
  stream(path: string, asking: Asking): AsyncGenerator<unknown>
  close(): Promise<void>
}

/** Nothing is asked yet. */
export const modelServer = ({url, key, silenceMs = 120_000}: ServerOptions): ModelServer => {
  const root = new URL(url)
  const base = `${root.origin}${root.pathname.replace(/\/+$/, '').replace(/\/v1$/, '')}`
  const {host} = root
  const dispatcher = new Agent({headersTimeout: silenceMs, bodyTimeout: silenceMs, connect: {timeout: connectMs}})

  const open = async (path: string, {body, signal}: Asking): Promise<Dispatcher.ResponseData['body']> => {
    const response = await request(`${base}${path}`, {
      dispatcher,
      method: body === undefined ? 'GET' : 'POST',
      headers: defined({
        'user-agent': 'essence',
        'content-type': body === undefined ? undefined : 'application/json',
        authorization: key && `Bearer ${key.reveal()}`,
      }),
      ...defined({signal, body: body === undefined ? undefined : JSON.stringify(body)}),
    })
    if (response.statusCode === 200) return response.body
    throw refusal(host, response.statusCode, await textOf(response.body, host), server.served)
  }

  /** Gives what goes wrong on the way its name. */
  const named = (error: unknown, signal: AbortSignal | undefined): unknown => {
    throwIfCancelled(signal)
    if (isEssenceError(error)) return error
    const code = systemCodeOf(error) ?? ''
    if (code === 'UND_ERR_DESTROYED') return closedModel()
    if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
      return new EssenceError('TIMED_OUT', `The model server ${host} said nothing for ${silenceMs / 1000} s.`, {
        cause: error,
      })
    return new EssenceError(
      'REMOTE_UNREACHABLE',
      `The model server ${host} cannot be reached (${code || messageOf(error)}).`,
      {
        cause: error,
        suggestions: ['Check that it runs, and LLM_URL.'],
      },
    )
  }

  const server: ModelServer = {
    host,
    served: [],
    async ask(path, asking = {}) {
      throwIfCancelled(asking.signal)
      try {
        return parsed(await textOf(await open(path, asking), host), host)
      } catch (error) {
        throw named(error, asking.signal)
      }
    },
    async *stream(path, asking) {
      throwIfCancelled(asking.signal)
      let body: Dispatcher.ResponseData['body'] | undefined
      try {
        body = await open(path, asking)
        for await (const data of eventsOf(body, host)) {
          if (data === '[DONE]') return
          yield parsed(data, host)
        }
      } catch (error) {
        throw named(error, asking.signal)
      } finally {
        // Its error was told already, or nobody wants it.
        body?.on('error', () => {}).destroy()
      }
    },
    close: () => dispatcher.destroy(),
  }
  return server
}

export const closedModel = (): EssenceError =>
  new EssenceError('ENGINE_UNAVAILABLE', 'The language model has been closed.')

async function* eventsOf(body: AsyncIterable<Buffer>, host: string): AsyncGenerator<string> {
  const events: string[] = []
  const parser = createParser({
    maxBufferSize: maxEventChars,
    onEvent: ({data}) => events.push(data),
    onError: error => {
      if (error.type === 'max-buffer-size-exceeded') throw unreadable(host)
    },
  })
  const decoder = new TextDecoder()
  for await (const bytes of body) {
    parser.feed(decoder.decode(bytes, {stream: true}))
    yield* events.splice(0)
  }
}

const textOf = async (body: AsyncIterable<Buffer>, host: string): Promise<string> => {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > maxJsonBytes) throw unreadable(host)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

const parsed = (text: string, host: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadable(host, cause)
  }
}

/** For an answer that is not what OpenAI's interface says. */
export const unreadable = (host: string, cause?: unknown): EssenceError =>
  new EssenceError('REMOTE_REFUSED', `${host} answers, but not as an OpenAI-compatible server.`, {
    cause,
    suggestions: ['Check LLM_URL. June’s own service is reached by grpc://.'],
  })
