import {hostname} from 'node:os'
import {type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager} from '@nats-io/jetstream'
import {connect, type NatsConnection, wsconnect} from '@nats-io/transport-node'
import {defined} from '../../../kit/defined.ts'
import {EssenceError, isEssenceError, messageOf} from '../../../kit/errors.ts'
import {retry} from '../../../kit/flow/retry.ts'
import type {Secret} from '../../../kit/secret.ts'

export interface NatsOptions {
  /** NATS_URL, with `user:password@` or `token@` where the server asks for it. */
  url: Secret
  /** NATS_MAX_RECONNECT: attempts before a connection is given up, and the next use begins with a new one; -1: none is. */
  maxReconnect: number
  /** ms between two attempts. */
  reconnectWaitMs: number
  /** Told of each attempt at the start that failed. */
  onWait?: ((error: unknown) => void) | undefined
}

/** What is done over one connection. */
export interface NatsUse {
  connection: NatsConnection
  js: JetStreamClient
  jsm: JetStreamManager
}

/** A NATS server with JetStream, which may go and come back. */
export interface Nats {
  /** For people: `nats://host:4222`. */
  readonly where: string
  /** Does something over a connection that stands, or is made for it. @throws STORE_UNAVAILABLE for whatever NATS says */
  use<T>(work: (use: NatsUse) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** ms to wait for an answer. */
const timeoutMs = 5000

/** ms after which it is given up to wait for anything: a reader whose server ended while it read is told nothing. */
const longestMs = 15_000

const startAttempts = 10

/** @throws STORE_UNAVAILABLE where it does not answer, or has no JetStream */
export const openNats = async ({url, maxReconnect, reconnectWaitMs, onWait}: NatsOptions): Promise<Nats> => {
  const address = new URL(url.reveal())
  const {protocol, host, username, password} = address
  const where = `${protocol}//${host}`
  let isClosed = false
  const open = async (): Promise<NatsUse> => {
    const credentials = password
      ? {user: decodeURIComponent(username), pass: decodeURIComponent(password)}
      : {token: username ? decodeURIComponent(username) : undefined}
    const options = defined({
      ...credentials,
      servers: where,
      name: `essence ${hostname()} ${process.pid}`,
      timeout: timeoutMs,
      maxReconnectAttempts: maxReconnect,
      reconnectTimeWait: reconnectWaitMs,
      tls: protocol === 'tls:' ? {} : undefined,
    })
    const connection = await (protocol.startsWith('ws') ? wsconnect : connect)(options)
    try {
      const jsm = await jetstreamManager(connection, {timeout: timeoutMs})
      return {connection, jsm, js: jetstream(connection, {timeout: timeoutMs})}
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  let opening: Promise<NatsUse> | undefined
  const current = async (): Promise<NatsUse> => {
    const known = await opening
    if (known && !known.connection.isClosed()) return known
    if (isClosed) throw new EssenceError('CANCELLED', 'The connection to NATS is closed.')
    const attempt = open()
    opening = attempt
    attempt.catch(() => {
      if (opening === attempt) opening = undefined
    })
    return await attempt
  }

  const nats: Nats = {
    where,
    async use(work) {
      try {
        return await within(longestMs, current().then(work))
      } catch (error) {
        throw isEssenceError(error) ? error : unavailable(where, error)
      }
    },
    async close() {
      isClosed = true
      const known = await opening?.catch(() => undefined)
      // What was published last goes out before the end, where the server is there.
      if (known && !known.connection.isClosed()) {
        await Promise.race([
          known.connection.flush().catch(() => undefined),
          new Promise(done => setTimeout(done, 500).unref()),
        ])
        await known.connection.close()
      }
    },
  }
  await retry(() => nats.use(async () => undefined), {
    // Also where one that once stood is never given up: an address that is wrong is to be told.
    attempts: (maxReconnect < 0 ? startAttempts : maxReconnect) + 1,
    pause: () => reconnectWaitMs,
    wait: ms => new Promise(resolve => setTimeout(resolve, ms)),
    onRetry: ({error}) => onWait?.(error),
  })
  return nats
}

const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('no answer in time')), ms)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

const unavailable = (where: string, cause: unknown): EssenceError =>
  new EssenceError('STORE_UNAVAILABLE', `NATS at ${where} cannot be used: ${messageOf(cause) || 'no answer'}`, {
    suggestions: [
      'See that nats-server runs with JetStream (-js), and that NATS_URL is right; nothing that was stored is lost.',
    ],
    cause,
  })
