import {randomBytes} from 'node:crypto'
import {open, realpath, rename, rm, stat} from 'node:fs/promises'
import {dirname, join, resolve} from 'node:path'
import {EssenceError, systemCodeOf} from '../kit/errors.ts'

/**
 * Writes a file whole or not at all: into a new file beside it, which takes its name when everything is on disk. A link
 * stays one, and a file keeps its permissions. `/dev/stdout` and other things that are not files are written to directly.
 * @returns the bytes written
 * @throws OUTPUT_UNWRITABLE, DISK_FULL, and what `chunks` throws, as it is; then nothing is left behind
 */
export const writeOutput = async (
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<number> => {
  const existing = await stat(path).catch(() => undefined)
  if (existing?.isDirectory())
    throw new EssenceError('OUTPUT_UNWRITABLE', `${path} is a directory; expected the name of a file.`)
  const direct = isDescriptor(path) || (existing !== undefined && !existing.isFile())
  const final = direct ? path : await realpath(path).catch(() => path)
  const target = direct ? path : join(dirname(final), `.${randomBytes(8).toString('hex')}.partial`)
  const attempt = <T>(step: Promise<T>): Promise<T> =>
    step.catch(error => {
      throw asOutputError(error, path)
    })
  let written = 0
  // Appending, because what is open may have content already: `>> file` and /dev/stdout.
  const file = await attempt(open(target, direct ? 'a' : 'wx'))
  try {
    try {
      if (!direct && existing) await attempt(file.chmod(existing.mode & 0o7777))
      for await (const chunk of chunks) {
        await attempt(file.writeFile(chunk))
        written += chunk.length
      }
      if (!direct) await attempt(file.sync())
    } finally {
      await attempt(file.close())
    }
    if (!direct) await attempt(rename(target, final))
    return written
  } catch (error) {
    if (!direct) await rm(target, {force: true})
    throw error
  }
}

/** Writes to standard output, and waits while its reader has enough. */
export const toStdout = async (chunk: Uint8Array | string): Promise<void> => {
  if (!process.stdout.write(chunk)) await new Promise<void>(resolve => process.stdout.once('drain', resolve))
}

/** An open descriptor of this process, even where it leads to a file. */
const isDescriptor = (path: string): boolean => /^\/(?:dev\/(?:std(?:out|err)$|fd\/)|proc\/)/.test(resolve(path))

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
