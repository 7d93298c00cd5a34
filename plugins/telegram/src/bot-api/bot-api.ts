import {createReadStream} from 'node:fs'
import {isAbsolute} from 'node:path'
import {SendRate} from '@essence/core/channel/send-rate/send-rate'
import type {SharedSends} from '@essence/core/channel/send-rate/shared-sends'
import {EssenceError} from '@essence/core/kit/errors'
import type {Secret} from '@essence/core/kit/secret'
import {Api, type ApiClientOptions, type Transformer} from 'grammy'
import {BotApiError, fileRefused, localFileMissing, notTelegram, refused, unreachable} from './bot-api-error.ts'
import {inAll, inChat, isMessage} from './send-limits.ts'

export interface BotApiOptions {
  token: Secret
  /** `https://api.telegram.org` or another Bot API server. */
  root: string
  /** Longest wait for an answer, in ms; a long poll has its own time on top. */
  requestTimeoutMs: number
  /** ms since the epoch. Default: the system's. */
  now?: () => number
  /** What other processes of the bot send. Default: there are none. */
  sends?: (() => Pick<SharedSends, 'enter'> | undefined) | undefined
}

/** The Bot API as this service uses it. Every failed call throws a BotApiError, or CANCELLED when its signal aborted. */
export interface BotApi {
  readonly api: Api
  /** The same, for what only shows how far an answer is: where messages need the place, it is refused at once. */
  readonly glimpses: Api
  /** The same, for a message: `begin` is awaited once it may go out, before its first byte. */
  beginning(begin: () => Promise<void>): Api
  /**
   * The bytes of a file, as they arrive.
   * @param path `file_path` of getFile
   */
  download(path: string, signal: AbortSignal): AsyncIterable<Uint8Array>
}

interface CallsOptions {
  isGlimpse?: boolean
  begin?: () => Promise<void>
}

export const openBotApi = ({token, root, requestTimeoutMs, now = Date.now, sends}: BotApiOptions): BotApi => {
  const apiRoot = root.replace(/\/+$/, '')
  const {host} = new URL(apiRoot)
  const options = {apiRoot, fetch: nodeFetch as unknown as NonNullable<ApiClientOptions['fetch']>}

  /** When a chat sent us away, and for how long: what one call was told, the others know. */
  const held = new Map<unknown, {at: number; ms: number}>()
  const heldMs = (chat: unknown): number => {
    const {at, ms} = held.get(chat) ?? {at: 0, ms: 0}
    // Where the clock was set back nobody knows how much of it is left.
    return at > now() ? 0 : at + ms - now()
  }

  const rate = new SendRate(inAll, sends)

  const careful =
    ({isGlimpse, begin}: CallsOptions): Transformer =>
    async (call, method, payload, signal) => {
      const {chat_id: chat} = payload as {chat_id?: number}
      const leftMs = heldMs(chat)
      if (leftMs > 0) throw refused(method, tooManyRequests(leftMs))
      held.delete(chat)
      const cancel = signal as unknown as AbortSignal | undefined
      const permit = isMessage(method)
        ? await rate.enter({...inChat(method, chat), isGlimpse, signal: cancel})
        : undefined
      if (permit && !permit.ok) throw refused(method, tooManyRequests(permit.retryAfterMs))
      const pollMs = method === 'getUpdates' ? 1000 * ((payload as {timeout?: number}).timeout ?? 0) : 0
      const carryOut = async () => {
        await begin?.()
        const timeout = AbortSignal.timeout(requestTimeoutMs + pollMs)
        const either = cancel ? AbortSignal.any([cancel, timeout]) : timeout
        return await call(method, payload, grammySignal(either)).catch(error => {
          throwIfCancelled(cancel, method)
          throw unreachable({method, host}, timeout.aborted ? timeout.reason : error)
        })
      }
      const answer = await carryOut().finally(() => permit?.end())
      if (answer.ok) return answer
      if (answer.error_code === undefined) throw notTelegram({method, host})
      const failure = refused(method, answer)
      if (chat !== undefined && failure.status === 429) held.set(chat, {at: now(), ms: failure.retryAfterMs ?? 0})
      throw failure
    }
  const calls = (how: CallsOptions): Api => {
    const api = new Api(token.reveal(), options)
    api.config.use(careful(how))
    return api
  }

  async function* download(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (isAbsolute(path)) return yield* readLocal(path, signal)
    const stalled = new AbortController()
    let timer = setTimeout(() => stalled.abort(), requestTimeoutMs)
    try {
      const address = `${apiRoot}/file/bot${token.reveal()}/${path.split('/').map(encodeURIComponent).join('/')}`
      const response = await fetch(address, {signal: AbortSignal.any([signal, stalled.signal])})
      if (!response.ok) throw fileRefused(response)
      for await (const chunk of response.body ?? []) {
        clearTimeout(timer)
        timer = setTimeout(() => stalled.abort(), requestTimeoutMs)
        yield chunk
      }
    } catch (error) {
      if (error instanceof BotApiError) throw error
      throwIfCancelled(signal, 'the download of a file')
      const called = {method: 'the download of a file', host}
      throw unreachable(called, stalled.signal.aborted ? {code: 'ETIMEDOUT'} : error)
    } finally {
      clearTimeout(timer)
    }
  }

  return {api: calls({}), glimpses: calls({isGlimpse: true}), beginning: begin => calls({begin}), download}
}

/** A server of our own that runs with `--local` names files of its disk: https://core.telegram.org/bots/api#using-a-local-bot-api-server */
async function* readLocal(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, {signal})) yield chunk as Buffer
  } catch (error) {
    throwIfCancelled(signal, 'the reading of a file')
    throw localFileMissing(error)
  }
}

const tooManyRequests = (afterMs: number) => ({
  error_code: 429,
  description: 'Too Many Requests, as it said a moment ago',
  parameters: {retry_after: afterMs / 1000},
})

const throwIfCancelled = (signal: AbortSignal | undefined, what: string): void => {
  if (signal?.aborted) throw new EssenceError('CANCELLED', `Cancelled: ${what}.`)
}

/** Node's signal for grammY, whose type is that of an older polyfill. */
export const grammySignal = (signal: AbortSignal): NonNullable<Parameters<Api['getMe']>[0]> =>
  signal as unknown as NonNullable<Parameters<Api['getMe']>[0]>

/**
 * Node's own `fetch` instead of the one grammY brings: it gives idle connections up after seconds, so that an answer is
 * not written into one that Telegram closed long ago. grammY's abort signal is a polyfill, which Node's fetch refuses.
 */
const nodeFetch: typeof fetch = (input, init) => {
  const controller = new AbortController()
  if (init?.signal?.aborted) controller.abort()
  init?.signal?.addEventListener('abort', () => controller.abort(), {once: true})
  return fetch(input, {...init, signal: controller.signal})
}
