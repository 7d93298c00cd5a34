// The format of known_hosts: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
import {createHash, createHmac, randomBytes} from 'node:crypto'
import {matchesPatterns} from '../config/pattern.ts'

/** One line of a known_hosts file that holds a key. */
export interface KnownHost {
  file: string
  /** From 1. */
  line: number
  marker?: 'revoked' | 'cert-authority' | undefined
  /** Patterns with commas between, or one hashed name. */
  hosts: string
  /** `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256` … */
  type: string
  /** The public key in SSH's wire format. Absent where the line is damaged, which is kept for @revoked lines alone. */
  key?: Buffer | undefined
}

/** The name a host stands under: `host`, or `[host]:port` where the port is not 22. */
export const knownHostName = (host: string, port: number): string =>
  port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`

/** `SHA256:…`, as every OpenSSH program shows a key. */
export const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`

/** The type that a public key in wire format begins with. */
export const keyTypeOf = (key: Buffer): string => {
  if (key.length < 4) return ''
  const length = key.readUInt32BE(0)
  return length > 64 ? '' : key.toString('latin1', 4, 4 + length)
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** The lines that hold keys. As in OpenSSH, others are passed over: comments, unknown markers, damaged keys. */
export const parseKnownHosts = (text: string, file: string): KnownHost[] =>
  text.split('\n').flatMap((raw, index) => {
    const fields = raw.trim().split(/[ \t]+/)
    if (fields[0] === '' || fields[0]?.startsWith('#')) return []
    const marker = fields[0]?.startsWith('@') ? fields.shift()?.slice(1) : undefined
    if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') return []
    const [hosts, type, encoded] = fields
    if (hosts === undefined) return []
    const decoded = encoded !== undefined && base64.test(encoded) ? Buffer.from(encoded, 'base64') : undefined
    const key = decoded && keyTypeOf(decoded) === type ? decoded : undefined
    // A revoked key must not become trusted by a slip of the keyboard.
    if (!key && marker !== 'revoked') return []
    return [{file, line: index + 1, hosts, type: type ?? '', marker, key}]
  })

/** A name as `HashKnownHosts yes` writes it: the file does not tell where its owner logs in. */
export const hashName = (name: string, salt = randomBytes(20)): string =>
  `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`

/** True when the names of a line (patterns, or one hashed name) stand for this name. */
export const namesMatch = (hosts: string, name: string): boolean => {
  if (!hosts.startsWith('|')) return matchesPatterns(name, hosts.toLowerCase().split(','))
  const [, version, salt = '', , ...more] = hosts.split('|')
  return version === '1' && salt !== '' && more.length === 0 && hashName(name, Buffer.from(salt, 'base64')) === hosts
}

export type HostKeyVerdict =
  | {kind: 'known'; entry: KnownHost}
  /** The host has other keys: of this type, or only of other types. */
  | {kind: 'changed'; entries: KnownHost[]}
  | {kind: 'revoked'; entry: KnownHost}
  /** A line of a certificate authority stands for the host, if one does. */
  | {kind: 'unknown'; authority?: KnownHost}

/**
 * What the known hosts say of a key a host showed. Stricter than OpenSSH in one point: a host of which keys are known, yet
 * none of the type it shows, has changed; OpenSSH calls it new, and `accept-new` would take the key of an attacker in between.
 */
export const judgeHostKey = (known: readonly KnownHost[], host: string, port: number, key: Buffer): HostKeyVerdict => {
  const name = knownHostName(host, port)
  const plain = host.toLowerCase()
  const lines = known.filter(entry => namesMatch(entry.hosts, name))
  // As OpenSSH does: a host on another port may show the key it is known by without one.
  const plainLines = port === 22 ? [] : known.filter(entry => namesMatch(entry.hosts, plain))
  const isThis = (entry: KnownHost): boolean => entry.key?.equals(key) === true
  const revoked = [...lines, ...plainLines].find(entry => entry.marker === 'revoked' && (!entry.key || isThis(entry)))
  if (revoked) return {kind: 'revoked', entry: revoked}
  const entry = [...lines, ...plainLines].find(entry => !entry.marker && isThis(entry))
  if (entry) return {kind: 'known', entry}
  const others = lines.filter(entry => !entry.marker)
  if (others.length > 0) return {kind: 'changed', entries: others}
  const authority = lines.find(entry => entry.marker === 'cert-authority')
  return authority ? {kind: 'unknown', authority} : {kind: 'unknown'}
}

/** Types of the keys a host is known by, so that it is asked for one of those. */
export const knownKeyTypes = (known: readonly KnownHost[], host: string, port: number): string[] => {
  const names = new Set([knownHostName(host, port), host.toLowerCase()])
  return known
    .filter(entry => !entry.marker && [...names].some(name => namesMatch(entry.hosts, name)))
    .map(entry => entry.type)
}
