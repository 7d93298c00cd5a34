import {throwIfCancelled} from '../../kit/errors.ts'
import {type Digest, type Hasher, openHasher} from '../digest.ts'
import type {Partial} from './partial.ts'

/** One read: large enough to cost little, small enough not to hold up the event loop while it is hashed. */
const readBytes = 1 << 20

/**
 * Takes the digest of a file while it is received: reads what is there without a gap, as it grows, out of the memory
 * the system keeps of it. Parts arrive in order, so little is left to do when the last one ends.
 * @throws CANCELLED; file system errors as they come
 */
export const followDigest = async (
  partial: Partial,
  {size, digest}: {size: number; digest: Digest},
  signal: AbortSignal,
): Promise<ReturnType<Hasher['finish']>> => {
  const buffer = Buffer.allocUnsafe(readBytes)
  for (;;) {
    const {generation} = partial
    const hasher = openHasher(digest, size)
    let at = 0
    while (at < size && generation === partial.generation) {
      throwIfCancelled(signal)
      const ready = Math.min(readBytes, partial.contiguous() - at)
      if (ready <= 0) {
        await partial.until(() => partial.contiguous() > at || partial.generation !== generation, signal)
        continue
      }
      const read = await partial.read(buffer, at, ready)
      if (generation !== partial.generation) break
      hasher.update(buffer.subarray(0, read))
      at += read
    }
    if (at >= size) return hasher.finish()
  }
}
