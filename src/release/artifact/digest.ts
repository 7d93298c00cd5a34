import {createHash} from 'node:crypto'
import {open, readFile} from 'node:fs/promises'
import {basename} from 'node:path'
import {EssenceError, systemCodeOf, throwIfCancelled} from '../../kit/errors.ts'

/** Hex SHA-256 of a file, read in pieces of 1 MiB. */
export const sha256OfFile = async (path: string, signal?: AbortSignal): Promise<string> => {
  await using file = await open(path)
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(2 ** 20)
  for (;;) {
    throwIfCancelled(signal)
    const {bytesRead} = await file.read(buffer, 0, buffer.length)
    if (bytesRead === 0) return hash.digest('hex')
    hash.update(buffer.subarray(0, bytesRead))
  }
}

/**
 * The digest a tarball must have: `<tarball>.sha256`, as `sha256sum` writes and checks it.
 * @throws INPUT_NOT_FOUND when there is no such file; RELEASE_INVALID when it says nothing of this tarball
 */
export const readDigestFile = async (tarball: string): Promise<string> => {
  const path = `${tarball}.sha256`
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new EssenceError('INPUT_NOT_FOUND', `There is no ${path}, which says what the tarball must contain.`, {
      cause,
      suggestions: ['Copy it beside the tarball; essence build writes both.'],
    })
  })
  const lines = text.split('\n').flatMap(line => /^([0-9a-f]{64}) [ *](.+)$/.exec(line.trimEnd()) ?? [])
  const [, digest, name] = lines
  if (digest && name && lines.length === 3 && basename(name) === basename(tarball)) return digest
  throw new EssenceError(
    'RELEASE_INVALID',
    `${path} is not the checksum of ${basename(tarball)}, as sha256sum writes it.`,
    {
      suggestions: ['Copy the file that essence build wrote beside the tarball.'],
    },
  )
}

/**
 * @throws DIGEST_MISMATCH when the file is not what it should be; INPUT_NOT_FOUND; CANCELLED
 */
export const checkDigest = async (tarball: string, expected: string, signal?: AbortSignal): Promise<void> => {
  const found = await sha256OfFile(tarball, signal).catch((error: unknown) => {
    if (systemCodeOf(error) !== 'ENOENT') throw error
    throw new EssenceError('INPUT_NOT_FOUND', `There is no tarball ${tarball}.`, {
      suggestions: ['Build one: essence build SERVICE'],
    })
  })
  if (found === expected) return
  throw new EssenceError('DIGEST_MISMATCH', `${tarball} has the SHA-256 ${found}; expected ${expected}.`, {
    suggestions: ['It was changed or damaged on its way: copy it again, or build it anew.'],
  })
}
