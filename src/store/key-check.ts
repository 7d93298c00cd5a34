import {EssenceError} from '../kit/errors.ts'
import type {Cipher} from './encryption/cipher.ts'
import {encryptionKeys} from './schema.ts'
import type {Database} from './store.ts'

/**
 * Refuses a database some of whose values would not open, and notes the key that seals from now on.
 * @param where the database, for people
 * @throws CONFIG_INVALID (a key is missing, or another one), DECRYPTION_FAILED
 */
export const checkKeys = async (db: Database, cipher: Cipher, where: string): Promise<void> => {
  const known = await db.select({id: encryptionKeys.id, canary: encryptionKeys.canary}).from(encryptionKeys)
  const missing = known.find(({id}) => !cipher.keyIds.includes(id))
  if (missing) {
    const here = cipher.keyIds.length > 0 ? `only ${cipher.keyIds.join(', ')}` : 'none'
    throw new EssenceError(
      'CONFIG_INVALID',
      `The database in ${where} is encrypted with the key ${missing.id}; of the keys that are set, ${here} was found.`,
      {
        suggestions: [
          'Set ENCRYPTION_KEY (or ENCRYPTION_KEY_FILE) to the key it was encrypted with. Nothing is lost meanwhile.',
          'To change to another key: name the one before in ENCRYPTION_KEY_OLD.',
        ],
      },
    )
  }
  for (const {id, canary} of known) cipher.open(canary, 'encryption_keys.canary', rowOf(id))
  const {keyId} = cipher
  if (keyId === undefined || known.some(({id}) => id === keyId)) return
  const canary = cipher.seal('June', 'encryption_keys.canary', rowOf(keyId))
  // Another process may be faster.
  await db.insert(encryptionKeys).values({id: keyId, canary}).onConflictDoNothing()
}

/** Keys are nobody's. */
const rowOf = (id: string) => ({id, speaker: ''})
