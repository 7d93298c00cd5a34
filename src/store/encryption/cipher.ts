import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import {EssenceError} from '../../kit/errors.ts'
import type {Secret} from '../../kit/secret.ts'

/** What is sealed: what people said, and what was made of it. */
export type SealedColumn =
  | 'messages.content'
  | 'messages.details'
  | 'facts.text'
  | 'facts.subject'
  | 'conversations.summary'
  | 'conversations.title'
  | 'confirmations.arguments'
  | 'confirmations.question'
  | 'reminders.text'
  | 'tool_calls.arguments'
  | 'tool_calls.detail'
  | 'voiceprints.vector'
  | 'encryption_keys.canary'

/** The row a value stands in: it does not open in another one. */
export interface SealedRow {
  id: string
  speaker: string
}

export interface EncryptionKeys {
  /** Seals what is written. Absent: it is written as it is. */
  current?: Secret | undefined
  /** Open what they sealed, and seal nothing. */
  old?: readonly Secret[] | undefined
}

export type WordHasher = (word: string) => string

/** Seals what is stored, and opens it. Without a key, texts are stored as they are. */
export interface Cipher {
  /** Of the key that seals; undefined where nothing is sealed. */
  readonly keyId: string | undefined
  /** Of all keys that open. */
  readonly keyIds: readonly string[]
  /** What every value begins with that is sealed now; empty where nothing is. */
  readonly prefix: string
  /** An empty text stays one: it says nothing. */
  seal(text: string, column: SealedColumn, row: SealedRow): string
  /** A text that was never sealed is returned as it is. @throws DECRYPTION_FAILED (changed, moved from another row, of a key that is not here) */
  open(stored: string, column: SealedColumn, row: SealedRow): string
  /** Gives what stands for a word in the index of a person's words; undefined where nothing is sealed. */
  hasher(speaker: string): WordHasher | undefined
  /** The same by every key that opens, for searches. */
  hashers(speaker: string): WordHasher[]
}

/** Begins what is sealed. No text that is stored plainly begins with it. */
export const sealedMark = '\u0001'

const version = '1'
const nonceBytes = 12
const tagBytes = 16
/** 48 bits: among the words of one person, two that share a hash are not to be expected. */
const hashBytes = 6

/** The sealing of a database, with keys derived from the settings' (HKDF-SHA256, RFC 5869): AES-256-GCM, and HMAC-SHA256 for words. */
export const newCipher = ({current, old = []}: EncryptionKeys = {}): Cipher => {
  const sealing = current && derived(current)
  const keys = [...(sealing ? [sealing] : []), ...old.map(derived)]
  return {
    keyId: sealing?.id,
    keyIds: keys.map(({id}) => id),
    prefix: sealing ? prefixOf(sealing.id) : '',
    seal(text, column, row) {
      if (!sealing) return text.startsWith(sealedMark) ? text.replace(leadingMarks, '') : text
      if (text === '') return ''
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', sealing.seal, nonce).setAAD(identity(column, row))
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return prefixOf(sealing.id) + sealed.toString('base64url')
    },
    open(stored, column, row) {
      if (!stored.startsWith(sealedMark)) return stored
      const [kind = '', id = '', value = ''] = stored.slice(sealedMark.length).split('.')
      const key = keys.find(known => known.id === id)
      if (kind !== version || !key) throw unknownKey(id, column)
      const sealed = Buffer.from(value, 'base64url')
      try {
        const decipher = createDecipheriv('aes-256-gcm', key.seal, sealed.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        })
        decipher.setAAD(identity(column, row)).setAuthTag(sealed.subarray(-tagBytes))
        return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString()
      } catch (cause) {
        throw new EssenceError('DECRYPTION_FAILED', `A value of ${column} does not open in its row (${row.id}).`, {
          suggestions: [
            'It was changed, or copied from elsewhere. Put a copy of the database in its place, or erase it.',
          ],
          cause,
        })
      }
    },
    hasher: speaker => sealing && hasherOf(sealing, speaker),
    hashers: speaker => keys.map(key => hasherOf(key, speaker)),
  }
}

interface Derived {
  id: string
  seal: KeyObject
  words: KeyObject
}

/** A key for each purpose; none tells of another one, nor of the setting. */
const derived = (key: Secret): Derived => {
  const of = (purpose: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', key.reveal(), '', `june ${purpose} ${version}`, bytes))
  return {
    id: of('key id', 4).toString('hex'),
    seal: createSecretKey(of('seal', 32)),
    words: createSecretKey(of('words', 32)),
  }
}

const prefixOf = (keyId: string): string => `${sealedMark}${version}.${keyId}.`

const leadingMarks = new RegExp(`^${sealedMark}+`)

const identity = (column: SealedColumn, {speaker, id}: SealedRow): Buffer =>
  Buffer.from(JSON.stringify([column, speaker, id]))

/** For each person another hash of the same word: nobody can tell that two people speak of the same. */
const hasherOf = ({words}: Derived, speaker: string): WordHasher => {
  // An object of its own for the key: making one takes longer than all the rest.
  const ofPerson = createSecretKey(createHmac('sha256', words).update(speaker).digest())
  return word => `#${createHmac('sha256', ofPerson).update(word).digest().subarray(0, hashBytes).toString('base64url')}`
}

const unknownKey = (id: string, column: SealedColumn): EssenceError =>
  new EssenceError('DECRYPTION_FAILED', `A value of ${column} is encrypted with the key ${id}, which is not here.`, {
    suggestions: ['Name that key in ENCRYPTION_KEY_OLD, and start June anew.'],
  })
