import {rename, stat} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {makeFolder} from '../../kit/files/make-folder.ts'
import {type Digest, hashFile, openHasher} from '../digest.ts'

/** sha256 of a file whose content is the expected one; `undefined` where it is not, or there is none. */
export const verifiedSha256 = async (
  path: string,
  {size, digest}: {size: number; digest: Digest},
  signal?: AbortSignal,
): Promise<string | undefined> => {
  const found = await stat(path).catch(() => undefined)
  if (found?.size !== size) return undefined
  const hasher = openHasher(digest, size)
  await hashFile(path, hasher, {signal})
  const {sha256, matches} = hasher.finish()
  return matches ? sha256 : undefined
}

/** Moves a file with the wrong content out of the way, for whoever wants to see what came; one for each digest is kept. */
export const quarantine = async (path: string, blob: string): Promise<string> => {
  const folder = join(dirname(dirname(blob)), 'quarantine')
  await makeFolder(folder)
  const aside = join(folder, basename(blob))
  await rename(path, aside)
  return aside
}
