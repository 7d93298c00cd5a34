import {readFile, stat} from 'node:fs/promises'
import {EssenceError, isEssenceError} from '../../../kit/errors.ts'
import {signRelease} from '../../signature.ts'

/** Signs digests with a key that was read from a file. */
export type Signer = (sha256: string) => string

/**
 * @throws INPUT_NOT_FOUND; NOT_ALLOWED when others than its owner may read it; SIGNATURE_INVALID when it is no Ed25519 key
 */
export const openSigner = async (path: string): Promise<Signer> => {
  let pem: string
  try {
    const {mode} = await stat(path)
    if (process.platform !== 'win32' && mode & 0o077) {
      const shown = (mode & 0o777).toString(8)
      throw new EssenceError('NOT_ALLOWED', `The signing key ${path} has mode ${shown}: others than you may use it.`, {
        suggestions: [`chmod 600 ${path}`, 'If others had it already, make a new key.'],
      })
    }
    pem = await readFile(path, 'utf8')
  } catch (cause) {
    if (isEssenceError(cause)) throw cause
    throw new EssenceError('INPUT_NOT_FOUND', `The signing key ${path} cannot be read.`, {
      cause,
      suggestions: ['Make a pair: openssl genpkey -algorithm ed25519 -out key.pem; chmod 600 key.pem'],
    })
  }
  const signer: Signer = sha256 => signRelease(sha256, pem)
  // A key that does not fit is told before a build of half a minute, not after.
  signer('')
  return signer
}
