import type {Readable} from 'node:stream'
import ssh2, {type AuthenticationType, type Client, type ConnectConfig} from 'ssh2'
import {EssenceError, isEssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {parseDestination} from './destination.ts'
import {explainFailure, unreachable} from './failures.ts'
import {type HostConfig, resolveHost, type SshPlace} from './host-config.ts'
import {checkHostKey, type HostKeyPolicy, hostKeyAlgorithms, readHostKeys, recordHostKey} from './host-key.ts'
import {Identities} from './identities.ts'
import type {Passphrases} from './passphrases.ts'
import {openProxy, type Way} from './proxy-command.ts'

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

export interface ConnectOptions {
  /** Default: what `StrictHostKeyChecking` says, of which only `accept-new` is less than strict. */
  hostKeys?: HostKeyPolicy | undefined
  /** Offered before the keys of the configuration. */
  identityFile?: string | undefined
  passphrases: Passphrases
  place?: SshPlace
  /** Told when a key was recorded. */
  onNote?: ((note: string) => void) | undefined
  signal?: AbortSignal | undefined
}

const maxJumps = 8
/** ms between signs of life, and how many may stay unanswered. */
const keepaliveMs = 10_000
const keepaliveMax = 3
/** ms for logging in, without the time somebody types a passphrase. */
const loginMs = 60_000

/**
 * Connects to `[user@]host[:port]`, through the jump hosts its configuration names.
 * @throws HOST_KEY_UNKNOWN, HOST_KEY_CHANGED, SSH_REFUSED, REMOTE_UNREACHABLE, CONFIG_INVALID, CANCELLED
 */
export const connect = (destination: string, options: ConnectOptions): Promise<Connection> =>
  connectThrough(destination, undefined, options, 0)

/** @param jumps hosts to go through; undefined: those of the configuration */
const connectThrough = async (
  destination: string,
  jumps: string[] | undefined,
  options: ConnectOptions,
  depth: number,
): Promise<Connection> => {
  const config = await resolveHost(parseDestination(destination), options.place)
  if (options.identityFile && depth === 0) config.identityFiles.unshift(options.identityFile)
  const through = jumps ?? config.jumps
  const last = through.at(-1)
  if (last === undefined) {
    if (!config.proxyCommand || jumps) return logIn(config, options)
    const proxy = openProxy(config.proxyCommand)
    return logIn(config, options, proxy)
  }
  if (depth >= maxJumps) {
    throw new EssenceError(
      'CONFIG_INVALID',
      `The way to ${config.name} leads through more than ${maxJumps} jump hosts.`,
      {
        suggestions: ['Look for a circle of ProxyJump settings in the SSH configuration.'],
      },
    )
  }
  // As ssh does it: the last jump host is reached through those before it; the first one's own configuration counts.
  const jump = await connectThrough(
    last.replace(/^ssh:\/\//, ''),
    through.length > 1 ? through.slice(0, -1) : undefined,
    options,
    depth + 1,
  )
  try {
    const sock = await forward(jump, config)
    return await logIn(config, options, {sock, end: () => jump.close()})
  } catch (error) {
    await jump.close()
    throw error
  }
}

const forward = (jump: Connection, config: HostConfig): Promise<Readable> =>
  new Promise((resolve, reject) => {
    jump.client.forwardOut('127.0.0.1', 0, config.hostName, config.port, (error, channel) => {
      if (!error) resolve(channel)
      else reject(unreachable(config, `${jump.name} cannot reach it: ${error.message}`, error))
    })
  })

const logIn = async (config: HostConfig, options: ConnectOptions, way?: Way): Promise<Connection> => {
  const {signal, onNote, passphrases} = options
  throwIfCancelled(signal)
  const policy = options.hostKeys ?? (config.acceptNew ? 'accept-new' : 'strict')
  const keys = await readHostKeys(config)
  const identities = new Identities(config, passphrases)
  await identities.load()
  const client = new ssh2.Client()
  let refused: EssenceError | undefined
  let newKey: Buffer | undefined
  let methods: AuthenticationType[] = []
  let offered = false
  const settings: ConnectConfig = {
    host: config.hostName,
    port: config.port,
    username: config.user,
    ...(config.family ? {[`forceIPv${config.family}`]: true} : {}),
    ...(way ? {sock: way.sock} : {}),
    readyTimeout: 0,
    keepaliveInterval: keepaliveMs,
    keepaliveCountMax: keepaliveMax,
    algorithms: {serverHostKey: hostKeyAlgorithms(keys, config)},
    hostVerifier: (key: Buffer): boolean => {
      try {
        if (checkHostKey(keys, config, key, policy) === 'new') newKey = key
        return true
      } catch (error) {
        refused = isEssenceError(error) ? error : undefined
        return false
      }
    },
    authHandler: (left, partial, next) => {
      // The first question only asks what the host takes; an account without any check lets in at once.
      if (left === null) return next({type: 'none', username: config.user})
      methods = left
      // `false` ends it; the types do not know it.
      if (!left.includes('publickey') || offered || partial) return next(false as never)
      offered = true
      next({type: 'agent', username: config.user, agent: identities})
    },
  }
  let lost: Error | undefined
  let closing = false
  const {promise: ready, resolve, reject} = Promise.withResolvers<void>()
  const {promise: closed, resolve: onClosed} = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined
  const within = (ms: number, what: string): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (passphrases.asking) return within(ms, what)
      reject(unreachable(config, `it ${what} within ${ms / 1000} s`))
    }, ms)
  }
  const abort = (): void => reject(new EssenceError('CANCELLED', 'Cancelled.', {cause: signal?.reason}))
  signal?.addEventListener('abort', abort, {once: true})
  client
    .on('error', error => {
      // Of a key that could not sign; the next one is tried.
      if (error.level === 'agent') return
      lost ??= error
      reject(refused ?? explainFailure(error, config, identities, methods, way?.complaint?.()))
    })
    .on('handshake', () => within(loginMs, 'did not let us log in'))
    .on('ready', () => resolve())
    .on('close', () => {
      if (!closing) lost ??= new Error('the connection was closed')
      reject(unreachable(config, 'it closed the connection', lost))
      onClosed()
    })
  within(config.connectMs, 'did not answer')
  try {
    // What ended already would tell ssh2 nothing any more.
    if (way?.sock.destroyed)
      throw unreachable(config, `the proxy command ended: ${way.complaint?.() || 'without a word'}`)
    client.connect(settings)
    await ready
    if (newKey) {
      const file = await recordHostKey(config, newKey)
      onNote?.(`The key of ${config.name} is new; it was recorded in ${file}.`)
    }
  } catch (error) {
    closing = true
    client.destroy()
    await way?.end()
    throw error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
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
