// A real OpenSSH server on loopback, as the current user, with keys and settings of its own.
import {execFileSync, spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {freePort} from '../kit/free-port.ts'

const find = (name: string): string | undefined =>
  ['/usr/sbin', '/usr/local/sbin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']
    .map(folder => join(folder, name))
    .find(path => existsSync(path))

const program = find('sshd')

/** Why no server can be started here, for titles of skipped tests. */
export const sshdMissing =
  process.platform === 'win32' ? 'no sshd on Windows' : program && find('ssh-keygen') ? undefined : 'no OpenSSH server'

export interface KeyPair {
  /** Path of the private key; the public one lies beside it. */
  path: string
  /** `type base64`, as in authorized_keys and known_hosts. */
  publicKey: string
}

/** Makes a key with the real ssh-keygen. */
export const makeKey = (
  folder: string,
  name: string,
  {type = 'ed25519', passphrase = ''}: {type?: 'ed25519' | 'rsa' | 'ecdsa'; passphrase?: string} = {},
): KeyPair => {
  mkdirSync(folder, {recursive: true, mode: 0o700})
  const path = join(folder, name)
  // One round of key derivation: these keys guard nothing.
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-a', '1', '-C', name, '-f', path])
  return {path, publicKey: readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')}
}

export interface Sshd {
  port: number
  hostKeys: KeyPair[]
  /** What the server logged. */
  log(): string
  stop(): Promise<void>
}

export interface SshdOptions {
  /** Public keys that may log in. */
  authorized: string[]
  hostKeys?: KeyPair[]
  /** PATH of sessions. */
  path?: string
  /** Further lines of sshd_config. */
  settings?: string[]
}

/** Starts a server that is ready when this resolves. */
export const startSshd = async (folder: string, options: SshdOptions): Promise<Sshd> => {
  if (!program) throw new Error('no sshd')
  mkdirSync(folder, {recursive: true, mode: 0o700})
  const hostKeys = options.hostKeys ?? [makeKey(folder, 'host_ed25519')]
  writeFileSync(join(folder, 'authorized_keys'), `${options.authorized.join('\n')}\n`, {mode: 0o600})
  // Where sshd runs as root it wants this empty folder, which the service's unit makes otherwise.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', {recursive: true, mode: 0o755})
  for (let tries = 5; ; tries--) {
    const port = await freePort()
    const config = join(folder, `sshd_config.${port}`)
    writeFileSync(
      config,
      [
        // Of a keyword that stands twice sshd takes the first.
        ...(options.settings ?? []),
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        ...hostKeys.map(({path}) => `HostKey ${path}`),
        `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
        `PidFile ${join(folder, 'pid')}`,
        'StrictModes no',
        'UsePAM no',
        'PasswordAuthentication no',
        'KbdInteractiveAuthentication no',
        'PermitRootLogin yes',
        'LogLevel VERBOSE',
        // Tests open many connections at once.
        'MaxStartups 100',
        ...(hasPenalties() ? ['PerSourcePenalties no'] : []),
        ...(options.path ? [`SetEnv PATH=${options.path}`] : []),
        '',
      ].join('\n'),
    )
    const child = spawn(program, ['-D', '-e', '-f', config], {stdio: ['ignore', 'ignore', 'pipe']})
    let log = ''
    const exited = once(child, 'exit')
    const listening = new Promise<boolean>(resolve => {
      child.stderr.setEncoding('utf8').on('data', text => {
        log += text
        if (log.includes('Server listening on')) resolve(true)
      })
      exited.then(() => resolve(false))
    })
    if (await listening) {
      return {
        port,
        hostKeys,
        log: () => log,
        stop: async () => {
          child.kill()
          await exited
        },
      }
    }
    // Somebody took the port in between.
    if (tries === 1 || !/in use/i.test(log)) throw new Error(`sshd did not start: ${log}`)
  }
}

// OpenSSH 9.8 slows down clients that fail often; older servers do not know the keyword.
const hasPenalties = (): boolean => {
  const version = /OpenSSH_(\d+)\.(\d+)/.exec(spawnSync('ssh', ['-V'], {encoding: 'utf8'}).stderr)
  return version !== null && Number(version[1]) * 100 + Number(version[2]) >= 908
}

export interface AgentProcess {
  /** SSH_AUTH_SOCK. */
  socket: string
  add(key: KeyPair): void
  stop(): Promise<void>
}

/** A real ssh-agent. */
export const startAgent = async (folder: string): Promise<AgentProcess> => {
  mkdirSync(folder, {recursive: true, mode: 0o700})
  const socket = join(folder, 'agent')
  const child = spawn('ssh-agent', ['-D', '-a', socket], {stdio: ['ignore', 'pipe', 'inherit']})
  await once(child.stdout, 'data')
  return {
    socket,
    add: ({path}) => {
      execFileSync('ssh-add', ['-q', path], {env: {...process.env, SSH_AUTH_SOCK: socket}, stdio: 'pipe'})
    },
    stop: async () => {
      child.kill()
      await once(child, 'exit')
    },
  }
}
