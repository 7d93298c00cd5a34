import {mkdir, open, readdir, rename, rm, stat} from 'node:fs/promises'
import {join} from 'node:path'
import * as z from 'zod'
import {EssenceError} from '../../kit/errors.ts'
import {startingWith} from '../../kit/flow/iterate.ts'
import {sha256OfFile} from '../artifact/digest.ts'
import {inFolder} from '../host/file-error.ts'
import {type HostRoot, serviceLayout} from '../host/layout.ts'
import {serviceName} from '../manifest.ts'

/** What is to come. */
export const receiveInputSchema = z.strictObject({
  service: serviceName,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Bytes. */
  size: z.int().min(1),
})
export type ReceiveInput = z.infer<typeof receiveInputSchema>

/** What is said back before the first byte: how many are there already. The rest shall come, from there on. */
export const receiveOffsetSchema = z.strictObject({have: z.int().min(0)})

/** Takes the first line off a stream; what follows comes as it is. */
export const splitRequest = async (
  stream: AsyncIterable<Buffer>,
  maxLength: number,
): Promise<{line: string; rest: AsyncIterable<Buffer>}> => {
  const pieces = stream[Symbol.asyncIterator]()
  let start = Buffer.alloc(0)
  for (;;) {
    const {value, done} = await pieces.next()
    if (done || start.length > maxLength)
      throw new EssenceError('USAGE', 'The request of the host program has no line.')
    start = Buffer.concat([start, value])
    const end = start.indexOf('\n')
    if (end < 0) continue
    return {line: start.subarray(0, end).toString('utf8'), rest: startingWith(start.subarray(end + 1), pieces)}
  }
}

/** ms after which a half-uploaded tarball makes room for others. */
const forgottenMs = 24 * 3600 * 1000

/**
 * Takes a tarball in, going on where an earlier try ended. What came is kept under the digest it must have in the end, and
 * each byte is written at its own place: what is left of a connection that died cannot spoil what a new one brings.
 * @param bytes after the request: the file from the offset on
 * @returns its path, once it is whole and has its digest
 * @throws DIGEST_MISMATCH, after which nothing is left to resume; DISK_FULL, OUTPUT_UNWRITABLE; CANCELLED when the bytes end early
 */
export const receiveTarball = (
  root: HostRoot,
  {service, sha256, size}: ReceiveInput,
  bytes: AsyncIterable<Buffer>,
  onOffset: (have: number) => void,
): Promise<string> => {
  const folder = serviceLayout(root, service).incoming
  return inFolder(folder, async () => {
    await mkdir(folder, {recursive: true})
    const whole = join(folder, `${sha256}.tar.gz`)
    if ((await sizeOf(whole)) === size && (await sha256OfFile(whole)) === sha256) {
      onOffset(size)
      return whole
    }
    await forgetOthers(folder, sha256)
    const part = join(folder, `${sha256}.part`)
    if (((await sizeOf(part)) ?? 0) > size) await rm(part)
    await writeRest(part, size, bytes, onOffset)
    if ((await sha256OfFile(part)) !== sha256) {
      await rm(part)
      throw new EssenceError('DIGEST_MISMATCH', 'The tarball arrived other than it was sent; what came was removed.', {
        suggestions: ['Deploy again, which sends all of it anew.'],
      })
    }
    await rename(part, whole)
    return whole
  })
}

const writeRest = async (
  part: string,
  size: number,
  bytes: AsyncIterable<Buffer>,
  onOffset: (have: number) => void,
): Promise<void> => {
  // Neither truncated nor appended to: see above.
  await using file = await open(part, (await sizeOf(part)) === undefined ? 'w' : 'r+')
  let at = (await file.stat()).size
  onOffset(at)
  if (at < size) {
    for await (const piece of bytes) {
      // One write may take less than all, as on a disk that has just become full; the next one says why.
      for (let done = 0; done < piece.length; )
        done += (await file.write(piece, done, undefined, at + done)).bytesWritten
      at += piece.length
      if (at >= size) break
    }
  }
  await file.datasync()
  if (at < size)
    throw new EssenceError('CANCELLED', `Whoever sent the tarball is gone; ${at} of ${size} bytes are there.`)
}

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({size}) => size,
    () => undefined,
  )

const forgetOthers = async (folder: string, sha256: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const found = name.startsWith(sha256) ? undefined : await stat(path).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > forgottenMs) await rm(path, {recursive: true, force: true})
  }
}
