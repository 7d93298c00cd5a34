import {access} from 'node:fs/promises'
import {hostname, userInfo} from 'node:os'
import {join} from 'node:path'
import {EssenceError} from '../../../kit/errors.ts'
import {findProgram} from '../../../kit/process/find-program.ts'
import {urlHost} from '../../../kit/url-host.ts'
import {type RawSettings, readConfigFiles} from './config-file.ts'
import type {Destination} from './destination.ts'
import {askSsh} from './ssh-program.ts'

/** Everything a connection to one host needs to know. Paths are absolute. */
export interface HostConfig {
  /** `user@host`, with the port where it was written; `--host` takes it again. */
  name: string
  /** Name or address to connect to. */
  hostName: string
  port: number
  user: string
  /** Private keys in the order they are offered; not every one need be there. */
  identityFiles: string[]
  /** One of `identityFiles`, named for this run: offered before all others. */
  firstIdentity?: string
  /** Offer no key of the agent but those of `identityFiles`. */
  identitiesOnly: boolean
  /** Socket of the agent. */
  agent?: string | undefined
  /** The first is where new keys are recorded. */
  knownHosts: string[]
  globalKnownHosts: string[]
  hostKeyAlias?: string | undefined
  revokedHostKeys?: string | undefined
  hashKnownHosts: boolean
  /** `StrictHostKeyChecking accept-new`. */
  acceptNew: boolean
  /** Hosts to go through, `[user@]host[:port]`, the first one first. */
  jumps: string[]
  /** Command whose standard input and output lead to the host, placeholders filled in. */
  proxyCommand?: string | undefined
  family?: 4 | 6 | undefined
  /** ms until the host must have answered. */
  connectMs: number
  /** ms between signs of life, and how many may stay unanswered. */
  aliveMs: number
  aliveMax: number
}

export interface SshPlace {
  /** File instead of `~/.ssh/config`. */
  configFile?: string | undefined
  env?: NodeJS.ProcessEnv
  /** Home of the user. As in OpenSSH it is the account's, whatever HOME says. */
  home?: string
  /** Path of the ssh program; false: read the files without it. Default: the one of PATH. */
  ssh?: string | false
}

const defaultConnectMs = 20_000
/** OpenSSH asks for no signs of life by default; a deploy must not hang on a dead connection. */
const defaultAliveMs = 10_000

/**
 * What the SSH configuration says of a destination; the user and port of the destination itself come first.
 * @throws CONFIG_INVALID
 */
export const resolveHost = async (destination: Destination, place: SshPlace = {}): Promise<HostConfig> => {
  const {configFile, env = process.env, home = userInfo().homedir} = place
  if (configFile) {
    await access(configFile).catch(cause => {
      throw new EssenceError('CONFIG_INVALID', `The SSH configuration ${configFile} cannot be read.`, {
        suggestions: ['Name a file that is there with --ssh-config.'],
        cause,
      })
    })
  }
  const ssh = place.ssh ?? (await findProgram(['ssh'], env['PATH']))?.path ?? false
  const settings = ssh
    ? await askSsh(ssh, destination, configFile, env)
    : await readConfigFiles(
        configFile ? [configFile] : [join(home, '.ssh/config'), '/etc/ssh/ssh_config'],
        destination.host,
        {home, env},
      )
  return hostConfigOf(settings, destination, {env, home})
}

/** Turns settings, read by ssh or by us, into what a connection needs. */
export const hostConfigOf = (
  settings: RawSettings,
  destination: Destination,
  {env, home}: {env: NodeJS.ProcessEnv; home: string},
): HostConfig => {
  const first = (keyword: string): string | undefined => {
    const value = settings.get(keyword)?.[0]
    return value === undefined || value === '' || value.toLowerCase() === 'none' ? undefined : value
  }
  const isYes = (keyword: string): boolean => ['yes', 'true'].includes(first(keyword)?.toLowerCase() ?? '')
  const me = userInfo().username
  const user = destination.user ?? first('user') ?? me
  const port = destination.port ?? Number(first('port') ?? 22)
  const hostName = (first('hostname') ?? destination.host).replaceAll('%h', destination.host).replaceAll('%%', '%')
  const alias = first('hostkeyalias')
  const jumpText = first('proxyjump')
  const tokens: Record<string, string> = {
    '%': '%',
    d: home,
    h: hostName,
    i: String(process.getuid?.() ?? ''),
    k: alias ?? destination.host,
    L: hostname().split('.')[0] ?? '',
    l: hostname(),
    n: destination.host,
    p: String(port),
    r: user,
    u: me,
  }
  const expand = (text: string, what: string): string =>
    text.replace(/%(.?)/g, (_, token: string) => {
      const value = tokens[token]
      if (value === undefined) throw unsupported(destination, `${what} uses %${token}, which is not supported`)
      return value
    })
  const path = (text: string, what: string): string => {
    const named = expand(
      text.replace(/^~(?=\/|$)/, () => home),
      what,
    )
    return named.replace(/\$\{(\w+)\}/g, (_, name: string) => {
      const value = env[name]
      if (value === undefined) throw unsupported(destination, `${what} uses \${${name}}, which is not set`)
      return value
    })
  }
  const paths = (keyword: string, fallback: string[]): string[] => {
    const given = settings.get(keyword) ?? fallback
    return given.filter(text => text.toLowerCase() !== 'none').map(text => path(text, keyword))
  }
  if (isYes('proxyusefdpass')) throw unsupported(destination, 'ProxyUseFdpass is not supported')
  const command = first('proxycommand')
  const timeout = Number(first('connecttimeout'))
  const alive = Number(first('serveraliveinterval') ?? 0)
  const revoked = first('revokedhostkeys')
  const family = {inet: 4, inet6: 6}[first('addressfamily')?.toLowerCase() ?? ''] as 4 | 6 | undefined
  return {
    name: `${user}@${urlHost(destination.host)}${destination.port ? `:${port}` : ''}`,
    hostName,
    port,
    user,
    identityFiles: paths(
      'identityfile',
      ['id_rsa', 'id_ecdsa', 'id_ed25519'].map(name => `~/.ssh/${name}`),
    ),
    identitiesOnly: isYes('identitiesonly'),
    agent: agentOf(settings.get('identityagent')?.[0], env, text => path(text, 'IdentityAgent')),
    knownHosts: paths('userknownhostsfile', ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']),
    globalKnownHosts: paths('globalknownhostsfile', ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']),
    hostKeyAlias: alias,
    revokedHostKeys: revoked && path(revoked, 'RevokedHostKeys'),
    hashKnownHosts: isYes('hashknownhosts'),
    acceptNew: first('stricthostkeychecking')?.toLowerCase() === 'accept-new',
    jumps: jumpText?.split(',').map(jump => jump.trim()) ?? [],
    proxyCommand: jumpText ? undefined : command && expand(command, 'ProxyCommand'),
    family,
    connectMs: timeout > 0 ? timeout * 1000 : defaultConnectMs,
    aliveMs: alive > 0 ? alive * 1000 : defaultAliveMs,
    aliveMax: Number(first('serveralivecountmax') ?? 3),
  }
}

/** The socket `IdentityAgent` names: `none`, `SSH_AUTH_SOCK`, `$VARIABLE` or a path; without it that of SSH_AUTH_SOCK. */
const agentOf = (
  setting: string | undefined,
  env: NodeJS.ProcessEnv,
  path: (text: string) => string,
): string | undefined => {
  if (setting === undefined || setting === 'SSH_AUTH_SOCK') return env['SSH_AUTH_SOCK'] || undefined
  if (setting.toLowerCase() === 'none') return undefined
  return /^\$\w+$/.test(setting) ? env[setting.slice(1)] || undefined : path(setting)
}

const unsupported = ({host}: Destination, what: string): EssenceError =>
  new EssenceError('CONFIG_INVALID', `In the SSH configuration of ${host}: ${what}.`, {
    suggestions: ['Change it for this host, or name another file with --ssh-config.'],
  })
