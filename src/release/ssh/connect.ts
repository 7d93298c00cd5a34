import type {Readable} from 'node:stream'
import {EssenceError} from '../../kit/errors.ts'
import {parseDestination} from './config/destination.ts'
import {type HostConfig, resolveHost, type SshPlace} from './config/host-config.ts'
import {unreachable} from './failures.ts'
import {type Connection, type LoginOptions, logIn} from './log-in.ts'
import {openProxy} from './proxy-command.ts'

export interface ConnectOptions extends LoginOptions {
  /** Offered before the keys of the configuration. */
  identityFile?: string | undefined
  place?: SshPlace
}

const maxJumps = 8
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
  if (options.identityFile && depth === 0) {
    config.identityFiles.unshift(options.identityFile)
    config.firstIdentity = options.identityFile
  }
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
