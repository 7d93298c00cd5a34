import {randomUUID} from 'node:crypto'
import type {ChatMessage} from '../llm/port.ts'
import type {Cipher, SealedRow} from '../store/encryption/cipher.ts'
import {wordsOf} from '../store/encryption/words.ts'
import {cleanText} from './clean.ts'

/** What a message has beside its role and text: calls of tools, or which call it answers. */
export type MessageDetails = Partial<Omit<ChatMessage, 'role' | 'content'>>

/** The columns of a message that say something, as they are stored. */
export const sealMessage = (cipher: Cipher, speaker: string, {role, content: given, ...details}: ChatMessage) => {
  const row = {id: randomUUID(), speaker}
  const content = cleanText(given)
  return {
    ...row,
    role: role as 'user' | 'assistant' | 'tool',
    content: cipher.seal(content, 'messages.content', row),
    words: wordsOf(cipher, content, speaker),
    // JSON leaves out what is undefined.
    details: Object.values(details).every(value => value === undefined)
      ? undefined
      : sealDetails(
          cipher,
          row,
          JSON.stringify(details, (_, value) => (typeof value === 'string' ? cleanText(value) : value)),
        ),
  }
}

const sealDetails = (cipher: Cipher, row: SealedRow, json: string): unknown =>
  cipher.keyId === undefined ? JSON.parse(json) : cipher.seal(json, 'messages.details', row)

/** @throws DECRYPTION_FAILED */
export const openContent = (cipher: Cipher, {content, ...row}: SealedRow & {content: string}): string =>
  cipher.open(content, 'messages.content', row)

/** @throws DECRYPTION_FAILED */
export const openDetails = (cipher: Cipher, {details, ...row}: SealedRow & {details: unknown}): MessageDetails => {
  const opened: unknown =
    typeof details === 'string' ? JSON.parse(cipher.open(details, 'messages.details', row)) : details
  return (opened ?? {}) as MessageDetails
}
