import {constants} from 'node:fs'
import {open, readdir, realpath, stat} from 'node:fs/promises'
import {basename, dirname, isAbsolute, join, relative, sep} from 'node:path'
import {EssenceError, systemCodeOf} from '../../kit/errors.ts'
import {atomicWrite} from '../../kit/files/atomic-write.ts'
import {fileError} from '../../kit/files/file-error.ts'

const maxReadBytes = 1024 ** 2
const maxEntries = 500

/** A folder and nothing outside it: no `..`, no link that leads out, no device, pipe or socket. Paths are relative to it. */
export interface ConfinedFolder {
  /** The beginning of a text file, up to 1 MiB. @throws NOT_ALLOWED, INPUT_NOT_FOUND, USAGE (not text) */
  read(path: string): Promise<string>
  /** A line for each entry, with its kind and size. @throws NOT_ALLOWED, INPUT_NOT_FOUND */
  list(path: string): Promise<string[]>
  /** Whether a file may be written there. @throws NOT_ALLOWED, INPUT_NOT_FOUND (its folder) */
  check(path: string): Promise<void>
  /** Replaces the file as a whole. @throws NOT_ALLOWED, INPUT_NOT_FOUND (its folder), OUTPUT_UNWRITABLE, DISK_FULL */
  write(path: string, content: string): Promise<void>
}

export const confinedFolder = (folder: string): ConfinedFolder => {
  /** Where a path really is. */
  const inside = async (path: string): Promise<string> => {
    const parts = path.split(/[/\\]/)
    if (isAbsolute(path) || path.includes('\0') || parts.includes('..'))
      throw notAllowed(path, 'Paths are relative to the folder, without "..".')
    const root = await realpath(folder).catch(error => {
      throw missing(folder, error)
    })
    const real = await realpath(join(root, path)).catch(error => {
      throw missing(path, error)
    })
    const way = relative(root, real)
    if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
      throw notAllowed(path, 'It leads out of the folder.')
    return real
  }

  /** Where a file that may not exist yet would really be. */
  const insideNew = async (path: string): Promise<string> => {
    const name = basename(path)
    if (name === '' || name === '.' || name === '..') throw notAllowed(path, 'It names no file.')
    const target = join(await inside(dirname(path)), name)
    const existing = await stat(target).catch(error => {
      if (systemCodeOf(error) === 'ENOENT') return undefined
      throw missing(path, error)
    })
    if (existing && !existing.isFile()) throw notAllowed(path, 'It is no regular file.')
    return target
  }

  return {
    async read(path) {
      const real = await inside(path)
      // Not through a link that was put there meanwhile; not waiting for a pipe.
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
      const file = await open(real, flags).catch(error => {
        throw missing(path, error)
      })
      try {
        if (!(await file.stat()).isFile()) throw notAllowed(path, 'It is no regular file.')
        const {buffer, bytesRead} = await file.read(Buffer.alloc(maxReadBytes), 0, maxReadBytes, 0)
        const bytes = buffer.subarray(0, bytesRead)
        if (bytes.includes(0)) throw new EssenceError('USAGE', `${path} is no text file.`)
        return bytes.toString('utf8')
      } finally {
        await file.close()
      }
    },
    async list(path) {
      const real = await inside(path)
      const entries = await readdir(real, {withFileTypes: true}).catch(error => {
        throw missing(path, error)
      })
      const lines = entries.slice(0, maxEntries).map(async entry => {
        if (entry.isDirectory()) return `${entry.name}/`
        if (!entry.isFile()) return `${entry.name} (no regular file)`
        return `${entry.name} (${(await stat(join(real, entry.name))).size} bytes)`
      })
      const more = entries.length > maxEntries ? [`and ${entries.length - maxEntries} more`] : []
      return [...(await Promise.all(lines)).sort(), ...more]
    },
    check: async path => void (await insideNew(path)),
    async write(path, content) {
      const target = await insideNew(path)
      // A rename replaces a link; it does not write through it.
      await atomicWrite(target, content, {concurrent: true}).catch(error => {
        throw fileError(error, {what: path, full: [], refused: [], onlyWrote: true})
      })
    },
  }
}

const notAllowed = (path: string, why: string): EssenceError =>
  new EssenceError('NOT_ALLOWED', `${JSON.stringify(path.slice(0, 200))} cannot be used. ${why}`)

const missing = (path: string, cause: unknown): EssenceError => {
  const code = systemCodeOf(cause)
  if (code === 'ELOOP') return notAllowed(path, 'It is a link.')
  if (code === 'EACCES' || code === 'EPERM') return notAllowed(path, 'The service has no right to it.')
  return new EssenceError(
    'INPUT_NOT_FOUND',
    `${JSON.stringify(path.slice(0, 200))} cannot be opened: ${code ?? 'unknown'}.`,
    {
      cause,
    },
  )
}
