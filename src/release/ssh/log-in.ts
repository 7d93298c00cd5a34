import ssh2, {type Client, type ConnectConfig} from 'ssh2'
import {defined} from '../../kit/defined.ts'
import {EssenceError, isEssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {checkHostKey, type HostKeyPolicy, hostKeyAlgorithms, readHostKeys, recordHostKey} from './auth/host-key.ts'
import {Identities} from './auth/identities.ts'
import type {Passphrases} from './auth/passphrases.ts'
import type {HostConfig} from './config/host-config.ts'
import {explainFailure, type Login, unreachable} from './failures.ts'
import type {Way} from './proxy-command.ts'

/** A connection that is logged in and whose host key is trusted. */
export interface Connection {
  /** `user@host`. */
  name: string
  client: Client
  /** Why it ended without our doing; undefined while it lasts. */
  lost(): Error | undefined
  /** Ends it and what it goes through. */
  close(): Promise<void>
}

export interface LoginOptions {
  /** Default: what `StrictHostKeyChecking` says, of which only `accept-new` is less than strict. */
  hostKeys?: HostKeyPolicy | undefined
  passphrases: Passphrases
  /** Told when a key was recorded. */
  onNote?: ((note: string) => void) | undefined
  signal?: AbortSignal | undefined
}

/** ms for logging in, without the time a person types a passphrase. */
const loginMs = 60_000

/**
 * Connects to one host, checks its key, and logs in.
 * @param way how it is reached, where not by a TCP connection of our own
 */
export const logIn = async (config: HostConfig, options: LoginOptions, way?: Way): Promise<Connection> => {
  const {signal, onNote, passphrases} = options
  throwIfCancelled(signal)
  const login: Login = {config, identities: new Identities(config, passphrases), methods: [], way}
  const settings = await settingsOf(login, options.hostKeys ?? (config.acceptNew ? 'accept-new' : 'strict'))
  const client = new ssh2.Client()
  let lost: Error | undefined
  let closing = false
  const closed = new Promise<void>(resolve => {
    client.on('close', () => {
      if (!closing) lost ??= new Error('the connection was closed')
      resolve()
    })
  })
  client.on('error', error => {
    if (!isOfOneKey(error)) lost ??= error
  })
  try {
    await ready(client, settings, login, options)
    if (login.newKey) {
      const file = await recordHostKey(config, login.newKey)
      onNote?.(`The key of ${config.name} is new; it was recorded in ${file}.`)
    }
  } catch (error) {
    closing = true
    client.destroy()
    await way?.end()
    throw error
  }
  client.setNoDelay(true)
  return {
    name: config.name,
    client,
    lost: () => lost,
    close: async () => {
      closing = true
      client.end()
      // A host that is gone confirms nothing.
      const force = setTimeout(() => client.destroy(), 1000)
      await closed
      clearTimeout(force)
      await way?.end()
    },
  }
}

/** Of a key that could not sign: the next one is tried. */
const isOfOneKey = (error: Error & {level?: string}): boolean => error.level === 'agent'

const settingsOf = async (login: Login, policy: HostKeyPolicy): Promise<ConnectConfig> => {
  const {config, identities, way} = login
  const keys = await readHostKeys(config)
  await identities.load()
  let offered = false
  return {
    host: config.hostName,
    port: config.port,
    username: config.user,
    ...(config.family ? {[`forceIPv${config.family}`]: true} : {}),
    ...defined({sock: way?.sock}),
    // Ours leaves out the time a person types.
    readyTimeout: 0,
    keepaliveInterval: config.aliveMs,
    keepaliveCountMax: config.aliveMax,
    algorithms: {serverHostKey: hostKeyAlgorithms(keys, config)},
    hostVerifier: (key: Buffer): boolean => {
      try {
        if (checkHostKey(keys, config, key, policy) === 'new') login.newKey = key
        return true
      } catch (error) {
        if (isEssenceError(error)) login.refused = error
        return false
      }
    },
    authHandler: (left, _, next) => {
      // The first question only asks what the host takes; an account without any check lets in at once.
      if (left === null) return next({type: 'none', username: config.user})
      login.methods = left
      // `false` ends it; the types do not know it.
      if (!left.includes('publickey') || offered) return next(false as never)
      offered = true
      next({type: 'agent', username: config.user, agent: identities})
    },
  }
}

/** Resolves when we are logged in. */
const ready = async (
  client: Client,
  settings: ConnectConfig,
  login: Login,
  {signal, passphrases}: LoginOptions,
): Promise<void> => {
  const {config, way} = login
  const {promise, resolve, reject} = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined
  const within = (ms: number, what: string): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (passphrases.asking) within(ms, what)
      else reject(unreachable(config, `it ${what} within ${ms / 1000} s`))
    }, ms)
  }
  const abort = (): void => reject(new EssenceError('CANCELLED', 'Cancelled.', {cause: signal?.reason}))
  signal?.addEventListener('abort', abort, {once: true})
  client
    .on('error', error => {
      if (!isOfOneKey(error)) reject(login.refused ?? explainFailure(error, login))
    })
    // Later ones are of keys that are renewed.
    .once('handshake', () => within(loginMs, 'did not let us log in'))
    .once('ready', resolve)
    .once('close', () => reject(unreachable(config, 'it closed the connection')))
  within(config.connectMs, 'did not answer')
  try {
    // What ended already would tell ssh2 nothing any more.
    if (way?.sock.destroyed)
      reject(unreachable(config, `the proxy command ended: ${way.complaint?.() || 'without a word'}`))
    else client.connect(settings)
    await promise
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}
