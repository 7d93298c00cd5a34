import {createHash} from 'node:crypto'
import {open, realpath} from 'node:fs/promises'
import {basename} from 'node:path'
import {throwIfCancelled} from '../kit/errors.ts'

/**
 * What the hub says a file's content is. Large files (Git LFS) have their sha256; small ones the id of their Git blob,
 * which is the sha1 of `blob <size>\0` and the content.
 */
export interface Digest {
  algorithm: 'sha256' | 'git-sha1'
  hex: string
}

/** Digest of content fed piece by piece, in order: its sha256 and, for small files, its Git blob id. */
export interface Hasher {
  update(bytes: Uint8Array): unknown
  /** Ends the hasher. `matches` tells whether the content is the expected one. */
  finish(): {sha256: string; found: string; matches: boolean}
}

/** @param size bytes of the whole content, which a Git blob id covers too */
export const openHasher = (expected: Digest, size: number): Hasher => {
  const sha256 = createHash('sha256')
  const git = expected.algorithm === 'git-sha1' ? createHash('sha1').update(`blob ${size}\0`) : undefined
  return {
    update: bytes => {
      sha256.update(bytes)
      git?.update(bytes)
    },
    finish: () => {
      const content = sha256.digest('hex')
      const found = git ? git.digest('hex') : content
      return {sha256: content, found, matches: found === expected.hex}
    },
  }
}

/**
 * Feeds a file, or its first `bytes` bytes, to a hasher.
 * @throws CANCELLED; file system errors as they come
 */
export const hashFile = async (
  path: string,
  hasher: Pick<Hasher, 'update'>,
  {bytes = Number.POSITIVE_INFINITY, signal}: {bytes?: number; signal?: AbortSignal | undefined} = {},
): Promise<void> => {
  const file = await open(path)
  try {
    // One buffer for the whole file: a stream would allocate one for each piece.
    const buffer = Buffer.allocUnsafe(1 << 20)
    for (let at = 0; at < bytes; ) {
      throwIfCancelled(signal)
      const {bytesRead} = await file.read(buffer, 0, Math.min(buffer.length, bytes - at), at)
      if (bytesRead === 0) break
      hasher.update(buffer.subarray(0, bytesRead))
      at += bytesRead
    }
  } finally {
    await file.close()
  }
}

/**
 * The sha256 of a file, in hex. A downloaded file is a link to one that is named by its digest, which was checked then: the name is taken.
 * @throws CANCELLED; file system errors as they come
 */
export const sha256Of = async (path: string, signal?: AbortSignal): Promise<string> => {
  const name = basename(await realpath(path))
  if (/^[0-9a-f]{64}$/.test(name)) return name
  const hash = createHash('sha256')
  await hashFile(path, hash, {signal})
  return hash.digest('hex')
}
