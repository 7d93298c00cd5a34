import {readFile} from 'node:fs/promises'
import type {ParsedKey} from 'ssh2'
import ssh2 from 'ssh2'
import {messageOf, systemCodeOf} from '../../../kit/errors.ts'
import type {Secret} from '../../../kit/secret.ts'

const {parseKey} = ssh2.utils

/** A private key in a file. Its public half is known before its passphrase is: a host is asked first whether it takes it. */
export interface KeyFile {
  path: string
  publicKey: ParsedKey
  encrypted: boolean
  /**
   * The private key.
   * @throws the reason when the passphrase does not fit
   */
  unlock(passphrase?: Secret): ParsedKey
}

/** Why a key file cannot be offered. */
export interface UnusableKey {
  path: string
  /** `missing` is no reason to speak of for a key that is merely looked for by default. */
  kind: 'missing' | 'unreadable'
  reason: string
}

/** Reads a key file, in OpenSSH's format or PEM; of an encrypted one the public half, from itself or from `.pub` beside it. */
export const readKeyFile = async (path: string): Promise<KeyFile | UnusableKey> => {
  let text: Buffer
  try {
    text = await readFile(path)
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')
    return {path, kind: missing ? 'missing' : 'unreadable', reason: missing ? 'is not there' : messageOf(error)}
  }
  const parsed = parseKey(text)
  if (!(parsed instanceof Error)) {
    // As with OpenSSH, IdentityFile may name a public key whose private half the agent holds.
    const publicKey = parsed
    return {
      path,
      publicKey,
      encrypted: false,
      unlock: () => {
        if (!parsed.isPrivateKey()) throw new Error('it is a public key, and no agent holds the private one')
        return parsed
      },
    }
  }
  if (!/passphrase|encrypted/i.test(parsed.message)) return {path, kind: 'unreadable', reason: parsed.message}
  const publicKey = publicHalfOf(text.toString('latin1')) ?? (await publicKeyBeside(path))
  if (!publicKey) {
    return {
      path,
      kind: 'unreadable',
      reason: `is encrypted and has no ${path}.pub beside it, which tells what key it is`,
    }
  }
  return {
    path,
    publicKey,
    encrypted: true,
    unlock: passphrase => {
      const key = parseKey(text, passphrase?.reveal())
      if (key instanceof Error) throw key
      return key
    },
  }
}

const publicKeyBeside = async (path: string): Promise<ParsedKey | undefined> => {
  const text = await readFile(`${path}.pub`).catch(() => undefined)
  const key = text && parseKey(text)
  return !key || key instanceof Error ? undefined : key
}

/** The public key that stands unencrypted in a private key of OpenSSH's format (PROTOCOL.key). */
const publicHalfOf = (text: string): ParsedKey | undefined => {
  const encoded = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text)?.[1]
  if (!encoded) return undefined
  const data = Buffer.from(encoded, 'base64')
  let at = 'openssh-key-v1\0'.length
  const next = (): Buffer => {
    const length = data.readUInt32BE(at)
    at += 4 + length
    return data.subarray(at - length, at)
  }
  try {
    // Cipher, key derivation and its options; then how many keys.
    next()
    next()
    next()
    at += 4
    const key = parseKey(next())
    return key instanceof Error ? undefined : key
  } catch {
    return undefined
  }
}
