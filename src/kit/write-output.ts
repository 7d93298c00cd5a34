import {randomBytes} from 'node:crypto'
import {open, rename, rm, stat} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {EssenceError, systemCodeOf} from './errors.ts'

/**
 * Writes a file whole or not at all: into a new file beside it, which takes its name when everything is on disk.
 * `/dev/stdout` and other things that are not files are written to directly.
 * @throws OUTPUT_UNWRITABLE, DISK_FULL, and what `chunks` throws; then nothing is left behind
 */
export const writeOutput = async (
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<number> => {
  const existing = await stat(path).catch(() => undefined)
  if (existing?.isDirectory())
    throw new EssenceError('OUTPUT_UNWRITABLE', `${path} is a directory; expected the name of a file.`)
  const direct = existing !== undefined && !existing.isFile()
  const target = direct ? path : join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.partial`)
  let written = 0
  try {
    const file = await open(target, direct ? 'w' : 'wx')
    try {
      for await (const chunk of chunks) {
        await file.writeFile(chunk)
        written += chunk.length
      }
      if (!direct) await file.sync()
    } finally {
      await file.close()
    }
    if (!direct) await rename(target, path)
    return written
  } catch (error) {
    if (!direct) await rm(target, {force: true})
    throw asOutputError(error, path)
  }
}

const asOutputError = (error: unknown, path: string): unknown => {
  const code = systemCodeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new EssenceError('DISK_FULL', `The disk is full; ${path} was not written.`, {
      cause: error,
      suggestions: ['Free some space, then try again.'],
    })
  }
  if (code && ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'EISDIR', 'ENAMETOOLONG'].includes(code)) {
    const why = code === 'ENOENT' ? 'its folder does not exist' : code
    return new EssenceError('OUTPUT_UNWRITABLE', `${path} cannot be written (${why}).`, {
      cause: error,
      suggestions: ['Give another path with -o.'],
    })
  }
  return error
}
