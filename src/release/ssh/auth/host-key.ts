import {appendFile, mkdir, open, readFile} from 'node:fs/promises'
import {dirname} from 'node:path'
import type {ServerHostKeyAlgorithm} from 'ssh2'
import ssh2 from 'ssh2'
import {EssenceError, messageOf, systemCodeOf} from '../../../kit/errors.ts'
import type {HostConfig} from '../config/host-config.ts'
import {
  fingerprintOf,
  hashName,
  judgeHostKey,
  type KnownHost,
  keyTypeOf,
  knownHostName,
  knownKeyTypes,
  parseKnownHosts,
} from './known-hosts.ts'

/** What to do with the key of an unknown host: refuse, or record it. A changed key is refused either way. */
export type HostKeyPolicy = 'strict' | 'accept-new'

/** Everything that is known of host keys when a connection begins. */
export interface HostKeys {
  known: KnownHost[]
  /** Public keys no host may show (`RevokedHostKeys`). */
  revoked: Buffer[]
}

/** Text of a file, empty where there is none. Fails where it cannot be read: what it says might forbid the connection. */
const readIfThere = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')) return ''
    throw new EssenceError(
      'CONFIG_INVALID',
      `${file} cannot be read, so no host key can be checked: ${messageOf(error)}`,
      {
        suggestions: ['Make the file readable for you, or name another one (UserKnownHostsFile).'],
        cause: error,
      },
    )
  }
}

/** @throws CONFIG_INVALID when a file is there and cannot be read, or is of a kind that cannot be checked */
export const readHostKeys = async (config: HostConfig): Promise<HostKeys> => {
  const files = [...config.knownHosts, ...config.globalKnownHosts]
  const known = await Promise.all(files.map(async file => parseKnownHosts(await readIfThere(file), file)))
  return {known: known.flat(), revoked: config.revokedHostKeys ? await readRevoked(config.revokedHostKeys) : []}
}

const readRevoked = async (file: string): Promise<Buffer[]> => {
  const invalid = (why: string, cause?: unknown): EssenceError =>
    new EssenceError('CONFIG_INVALID', `RevokedHostKeys ${file} ${why}, so no host key can be checked.`, {
      suggestions: ['List the public keys there, one a line; a binary revocation list (KRL) is not supported.'],
      cause,
    })
  const text = await readFile(file, 'utf8').catch(error => {
    throw invalid('cannot be read', error)
  })
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => {
      const key = ssh2.utils.parseKey(line)
      if (key instanceof Error) throw invalid('has a line that is no public key')
      return key.getPublicSSH()
    })
}

const algorithmsOf = (type: string): ServerHostKeyAlgorithm[] =>
  type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type as ServerHostKeyAlgorithm]

const supported: ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

/** What to ask the host for: kinds of key it is known by first. SHA-1 signatures (`ssh-rsa`) are not taken, as in OpenSSH. */
export const hostKeyAlgorithms = (keys: HostKeys, config: HostConfig): ServerHostKeyAlgorithm[] => {
  const known = knownKeyTypes(keys.known, nameOf(config), config.port).flatMap(algorithmsOf)
  return [...supported.filter(name => known.includes(name)), ...supported.filter(name => !known.includes(name))]
}

const nameOf = (config: HostConfig): string => config.hostKeyAlias ?? config.hostName
// HostKeyAlias stands in the files as it is, whatever the port.
const portOf = (config: HostConfig): number => (config.hostKeyAlias ? 22 : config.port)

const at = (entry: KnownHost): string => `${entry.file}:${entry.line}`
const shown = (key: Buffer): string => `${keyTypeOf(key)} ${fingerprintOf(key)}`

/**
 * Decides on the key a host shows.
 * @returns `known`, or `new` where the policy lets it be recorded
 * @throws HOST_KEY_CHANGED for a changed or revoked key, HOST_KEY_UNKNOWN
 */
export const checkHostKey = (
  keys: HostKeys,
  config: HostConfig,
  key: Buffer,
  policy: HostKeyPolicy,
): 'known' | 'new' => {
  const name = knownHostName(nameOf(config), portOf(config))
  const verdict = judgeHostKey(keys.known, nameOf(config), portOf(config), key)
  const revoked = keys.revoked.some(other => other.equals(key)) ? (config.revokedHostKeys ?? '') : undefined
  if (revoked !== undefined || verdict.kind === 'revoked') {
    const where = revoked ?? (verdict.kind === 'revoked' ? at(verdict.entry) : '')
    throw new EssenceError(
      'HOST_KEY_CHANGED',
      `The key of ${name}, ${shown(key)}, is revoked (${where}). Nothing was sent.`,
      {
        suggestions: ['Do not connect; ask who revoked it, and have the host given a new key.'],
      },
    )
  }
  if (verdict.kind === 'known') return 'known'
  if (verdict.kind === 'changed') throw changed(name, key, verdict.entries)
  if (policy === 'accept-new' && !verdict.authority) return 'new'
  throw unknown(name, key, config, verdict.authority)
}

const changed = (name: string, key: Buffer, entries: KnownHost[]): EssenceError => {
  const known = entries.map(entry => `${entry.key ? shown(entry.key) : entry.type} (${at(entry)})`).join(', ')
  return new EssenceError(
    'HOST_KEY_CHANGED',
    `The host key of ${name} is not the one that is known. Expected ${known}; found ${shown(key)}. Somebody may stand between, or the host was set up anew. Nothing was sent.`,
    {
      suggestions: [
        `Ask whoever runs the host which key it has; on the host: ssh-keygen -lf /etc/ssh/ssh_host_${shortType(key)}_key.pub`,
        `Only if it is the new one, remove the old: ssh-keygen -R '${name}' -f ${entries[0]?.file ?? '~/.ssh/known_hosts'}`,
      ],
    },
  )
}

const shortType = (key: Buffer): string => /ed25519|ecdsa|rsa/.exec(keyTypeOf(key))?.[0] ?? 'ed25519'

const unknown = (name: string, key: Buffer, config: HostConfig, authority: KnownHost | undefined): EssenceError => {
  const files = [...config.knownHosts, ...config.globalKnownHosts].join(', ') || 'no file of known hosts'
  const found = authority
    ? `${at(authority)} trusts a certificate authority for it, but certificates of hosts are not supported`
    : `it stands in none of ${files}`
  const [first] = config.knownHosts
  return new EssenceError(
    'HOST_KEY_UNKNOWN',
    `The host key of ${name} is not known: ${found}. The host shows ${shown(key)}.`,
    {
      suggestions: [
        `Compare it with what the host itself says: ssh-keygen -lf /etc/ssh/ssh_host_${shortType(key)}_key.pub`,
        ...(authority ? [] : ['If it is the same, run this once with --host-key accept-new, which records it']),
        ...(first ? [`Or add this line to ${first}: ${lineOf(name, key)}`] : []),
      ],
    },
  )
}

const lineOf = (name: string, key: Buffer): string => `${name} ${keyTypeOf(key)} ${key.toString('base64')}`

/**
 * Adds a key to the first known_hosts file of the config: mode 0600, hashed where `HashKnownHosts` says so.
 * @returns the file
 * @throws OUTPUT_UNWRITABLE
 */
export const recordHostKey = async (config: HostConfig, key: Buffer): Promise<string> => {
  const [file] = config.knownHosts
  const name = knownHostName(nameOf(config), portOf(config))
  const suggestions = ['Name a file to record it in: UserKnownHostsFile in the SSH configuration.']
  if (!file)
    throw new EssenceError('OUTPUT_UNWRITABLE', `There is no file to record the key of ${name} in.`, {suggestions})
  try {
    await mkdir(dirname(file), {mode: 0o700}).catch(error => {
      if (systemCodeOf(error) !== 'EEXIST') throw error
    })
    const line = `${lineOf(config.hashKnownHosts ? hashName(name) : name, key)}\n`
    const isNew = await open(file, 'ax', 0o600).then(
      handle => handle.close().then(() => true),
      error => {
        if (systemCodeOf(error) === 'EEXIST') return false
        throw error
      },
    )
    // A last line without its end must not swallow ours. One write: others may append at the same time.
    const before = isNew ? '' : await readFile(file, 'utf8')
    await appendFile(file, before === '' || before.endsWith('\n') ? line : `\n${line}`)
    return file
  } catch (error) {
    throw new EssenceError(
      'OUTPUT_UNWRITABLE',
      `The key of ${name} cannot be recorded in ${file}: ${messageOf(error)}`,
      {
        suggestions,
        cause: error,
      },
    )
  }
}
