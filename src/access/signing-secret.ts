import {randomBytes} from 'node:crypto'
import {chmod, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {EssenceError, systemCodeOf} from '../kit/errors.ts'
import {atomicWrite} from '../kit/files/atomic-write.ts'
import {fileError} from '../kit/files/file-error.ts'
import {makeFolder} from '../kit/files/make-folder.ts'
import {withLock} from '../kit/files/owner-lock.ts'
import {Secret} from '../kit/secret.ts'

/** Characters a secret has at least: 256 bits, where it is random. */
const minLength = 32

/**
 * The secret that signs tokens: the one that is given, or else one that is made once and kept in the folder, for its owner's eyes only. Two
 * processes that begin at the same time have the same.
 * @throws CONFIG_INVALID (what lies there is none), DATA_DIR_UNWRITABLE, DISK_FULL
 */
export const signingSecret = async (folder: string, given?: Secret): Promise<Secret> => {
  if (given) return given
  const path = join(folder, 'secret')
  try {
    const there = await read(path)
    if (there) return there
    await makeFolder(folder)
    await chmod(folder, 0o700)
    return await withLock(`${path}.lock`, async () => {
      const madeMeanwhile = await read(path)
      if (madeMeanwhile) return madeMeanwhile
      // As hex it is long enough for every HMAC of RFC 7518, section 3.2.
      const text = randomBytes(32).toString('hex')
      await atomicWrite(path, `${text}\n`, {mode: 0o600, durable: true})
      return new Secret(text)
    })
  } catch (error) {
    throw fileError(error, {
      what: path,
      code: 'DATA_DIR_UNWRITABLE',
      full: ['Make room on it.'],
      refused: ['See to it that JUNE_DATA_DIR may be written, or set JWT_SECRET.'],
    })
  }
}

const read = async (path: string): Promise<Secret | undefined> => {
  const text = await readFile(path, 'utf8').catch(error => {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  if (text.trim().length >= minLength) return new Secret(text.trim())
  throw new EssenceError('CONFIG_INVALID', `${path} holds no secret of at least ${minLength} characters.`, {
    suggestions: ['Remove it: another one is made, and everybody has to sign in again.', 'Or set JWT_SECRET.'],
  })
}
