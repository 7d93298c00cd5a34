import {readFile} from 'node:fs/promises'
import type {Settings} from '../config/schema.ts'
import {encryptionKeyPattern} from '../config/variables/access.ts'
import {EssenceError, messageOf} from '../kit/errors.ts'
import {Secret} from '../kit/secret.ts'
import type {EncryptionKeys} from '../store/encryption/cipher.ts'

export type KeySettings = Pick<
  Settings,
  'ENCRYPTION_KEY' | 'ENCRYPTION_KEY_FILE' | 'ENCRYPTION_KEY_OLD' | 'ENABLE_DB_ENCRYPTION'
>

/** The keys the settings name: of ENCRYPTION_KEY or its file, and those before. @throws CONFIG_INVALID (both, a file without a key) */
export const encryptionKeysOf = async (settings: KeySettings): Promise<EncryptionKeys> => {
  const {ENCRYPTION_KEY: given, ENCRYPTION_KEY_FILE: file, ENCRYPTION_KEY_OLD: before} = settings
  if (given && file !== undefined) {
    throw new EssenceError('CONFIG_INVALID', 'ENCRYPTION_KEY and ENCRYPTION_KEY_FILE are both set; one was expected.')
  }
  const key = file === undefined ? given : await keyIn(file)
  const old = (before?.reveal() ?? '')
    .split(',')
    .map(text => text.trim())
    .filter(text => text !== '')
    .map(text => new Secret(text))
  if (settings.ENABLE_DB_ENCRYPTION) return {current: key, old}
  return {old: key ? [key, ...old] : old}
}

const keyIn = async (file: string): Promise<Secret> => {
  const text = await readFile(file, 'utf8').catch(cause => {
    throw new EssenceError('CONFIG_INVALID', `ENCRYPTION_KEY_FILE=${file} cannot be read: ${messageOf(cause)}`, {cause})
  })
  const key = text.trim()
  if (encryptionKeyPattern.test(key)) return new Secret(key)
  throw new EssenceError(
    'CONFIG_INVALID',
    `The key in ENCRYPTION_KEY_FILE=${file} has ${key.length} characters; at least 16 without blanks and commas were expected.`,
    {suggestions: [`Make one: openssl rand -hex 32 > ${file}`]},
  )
}
