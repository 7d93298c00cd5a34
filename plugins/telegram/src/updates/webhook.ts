import {randomBytes, timingSafeEqual, X509Certificate} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import type {Clock} from '@essence/core/channel/clock'
import {pauseMs} from '@essence/core/channel/clock'
import {defined} from '@essence/core/kit/defined'
import {EssenceError, messageOf} from '@essence/core/kit/errors'
import {retry} from '@essence/core/kit/flow/retry'
import {listenError} from '@essence/core/kit/listen-error'
import {Secret} from '@essence/core/kit/secret'
import type {Health} from '@essence/core/service/health'
import type {Log} from '@essence/core/service/log'
import Fastify, {type FastifyReply, type FastifyRequest} from 'fastify'
import {type Api, InputFile} from 'grammy'
import type {Update} from 'grammy/types'
import {grammySignal} from '../bot-api/bot-api.ts'
import type {BotApiError} from '../bot-api/bot-api-error.ts'
import type {UpdateSource} from './update-source.ts'

/** Where Telegram brings updates to, and where they arrive here: the same, or behind a proxy. */
export interface WebhookSettings {
  /** Public address. */
  url: string
  host: string
  port: number
  path: string
  /** Proof that a call comes from Telegram. Default: a new one at every start. */
  secret?: Secret | undefined
  /** Files in PEM, where there is no proxy that speaks TLS. */
  tls?: {cert: string; key: string} | undefined
}

export interface WebhookOptions {
  settings: WebhookSettings
  api: Api
  /** Kinds of updates that are asked for. */
  allowedUpdates: readonly ('message' | 'edited_message' | 'callback_query')[]
  /** Takes updates over. Only when it has resolved does Telegram learn that they arrived; when it rejects they come again. */
  accept: (updates: Update[]) => Promise<void>
  health: Health
  clock: Clock
  log: Log
}

/** Bytes of an update; Telegram's largest are a tenth of it. */
const bodyLimit = 1024 * 1024

/** ms in which a call has come: it may be from anybody of the internet. */
const requestTimeout = 20_000

/** ms between two looks at what Telegram says of the webhook, and between two lines about strangers. */
const lookMs = 60_000

/** Telegram's header for it: https://core.telegram.org/bots/api#setwebhook */
const secretHeader = 'x-telegram-bot-api-secret-token'

/** Listens for updates, having told Telegram where. */
export const openWebhook = async (options: WebhookOptions): Promise<UpdateSource> => {
  const {settings, api, accept, health, clock, log} = options
  const {url, host, port, path, tls} = settings
  const secret = settings.secret ?? new Secret(randomBytes(32).toString('base64url'))
  const pem = tls && (await readTls(tls))
  const http = Fastify({bodyLimit, requestTimeout, forceCloseConnections: true, https: pem ?? null})

  let told = Number.NEGATIVE_INFINITY
  let untold = 0
  // Before anything of it is read: a body may be large, or never end.
  const refuseStrangers = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    if (isSame(request.headers[secretHeader], secret)) return undefined
    untold++
    // Who looks for open doors knocks often: a line a minute says it.
    if (performance.now() > told + lookMs) {
      log.warn({from: request.ip, calls: untold}, 'a call of the webhook without its secret was refused')
      told = performance.now()
      untold = 0
    }
    return reply.code(401).header('connection', 'close').send()
  }

  http.post(path, {onRequest: refuseStrangers}, async (request, reply) => {
    try {
      await accept([request.body as Update])
      return reply.code(200).send()
    } catch (error) {
      log.error({why: messageOf(error)}, 'an update could not be stored; Telegram brings it again')
      return reply.code(503).header('retry-after', '2').send()
    }
  })
  // A call that cannot be read says nothing of what it was.
  http.setErrorHandler((error, _request, reply) =>
    reply.code((error as {statusCode?: number}).statusCode ?? 500).send(),
  )

  const register = async (signal: AbortSignal): Promise<void> => {
    const certificate = pem && isSelfSigned(pem.cert) ? new InputFile(pem.cert, 'webhook.pem') : undefined
    const more = defined({certificate, secret_token: secret.reveal(), allowed_updates: options.allowedUpdates})
    await api.setWebhook(url, more, grammySignal(signal))
  }

  return {
    async first(signal) {
      await http.listen({host, port}).catch(error => {
        throw listenError(error, {host, port, variable: 'TELEGRAM_WEBHOOK_PORT'})
      })
      await retry(() => register(signal), {
        signal,
        wait: (ms, signal) => clock.wait(ms, signal),
        pause: (failures, error) => (error as BotApiError).retryAfterMs ?? pauseMs(failures),
        onRetry: ({error}) => log.warn({why: messageOf(error)}, 'the webhook is not set; trying again'),
      })
      log.info({webhook: url}, 'Telegram brings updates to the webhook')
      health.set('telegram', {status: 'healthy'})
    },
    async run(signal) {
      while (!signal.aborted) {
        await clock.wait(lookMs, signal)
        if (!signal.aborted) await look(signal)
      }
    },
    async leave(signal) {
      await api.deleteWebhook({}, grammySignal(signal)).catch(error => {
        log.warn({why: messageOf(error)}, 'the webhook was not removed')
      })
      await http.close()
    },
    close: () => http.close(),
  }

  /** What Telegram says of the webhook, told by health; one that another program took away is set again. */
  async function look(signal: AbortSignal): Promise<void> {
    try {
      const {
        url: set,
        last_error_message: error,
        last_error_date: at = 0,
      } = await api.getWebhookInfo(grammySignal(signal))
      if (set !== url) {
        log.warn('the webhook was changed elsewhere; setting it again')
        await register(signal)
      }
      const isFailing = error !== undefined && at * 1000 > clock.now() - 2 * lookMs
      health.set(
        'telegram',
        isFailing ? {status: 'degraded', detail: `Telegram cannot reach the webhook: ${error}`} : {status: 'healthy'},
      )
    } catch (error) {
      if (signal.aborted) return
      if ((error as BotApiError).code === 'TOKEN_REJECTED') throw error
      health.set('telegram', {status: 'degraded', detail: messageOf(error)})
    }
  }
}

const isSame = (given: string | string[] | undefined, secret: Secret): boolean => {
  const [a, b] = [Buffer.from(String(given ?? '')), Buffer.from(secret.reveal())]
  return a.length === b.length && timingSafeEqual(a, b)
}

const readTls = async ({cert, key}: {cert: string; key: string}): Promise<{cert: Buffer; key: Buffer}> => {
  const [certificate, privateKey] = await Promise.all(
    Object.entries({TELEGRAM_WEBHOOK_CERT: cert, TELEGRAM_WEBHOOK_KEY: key}).map(([variable, path]) =>
      readFile(path).catch(cause => {
        throw new EssenceError('CONFIG_INVALID', `${variable} cannot be read: ${path} (${messageOf(cause)})`, {cause})
      }),
    ),
  )
  if (!certificate || !privateKey) throw new EssenceError('BUG', 'Two files were read, and one is not there.')
  return {cert: certificate, key: privateKey}
}

/** One that nobody else vouches for has to be given to Telegram. @throws CONFIG_INVALID */
const isSelfSigned = (pem: Buffer): boolean => {
  try {
    const {issuer, subject} = new X509Certificate(pem)
    return issuer === subject
  } catch (cause) {
    throw new EssenceError('CONFIG_INVALID', 'TELEGRAM_WEBHOOK_CERT holds no certificate in PEM.', {cause})
  }
}
