import {watch} from 'node:fs'
import {type FileHandle, open} from 'node:fs/promises'
import {dirname} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {systemCodeOf} from '../../../kit/errors.ts'
import {ByteLines} from '../../../kit/flow/byte-lines.ts'

/** Bytes read at once. */
const chunkBytes = 64 * 1024
/** ms after which a file is looked at though nothing was told of it: not every file system tells. */
const lookEveryMs = 1000
/** Files of one log, at most: `x.log`, `x.log.1` … */
const maxFiles = 100

const openLog = (path: string): Promise<FileHandle | undefined> =>
  open(path, 'r').catch(error => {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  })

export interface LogTail {
  lines: string[]
  /** The file it ended in, and how far, for `followLog`. */
  file?: {handle: FileHandle; position: number}
}

/**
 * The last lines of a log, those put aside with it included; `wanted` lines at most. The handle is the caller's to close.
 */
export const readTail = async (path: string, wanted: number): Promise<LogTail> => {
  const newest = await openLog(path)
  if (!newest) return {lines: []}
  const {size} = await newest.stat()
  let {lines} = await lastLines(newest, size, wanted)
  for (let number = 1; lines.length < wanted && number < maxFiles; number++) {
    const older = await openLog(`${path}.${number}`)
    if (!older) break
    const {size: olderSize} = await older.stat()
    lines = [...(await lastLines(older, olderSize, wanted - lines.length)).lines, ...lines]
    await older.close()
  }
  return {lines, file: {handle: newest, position: size}}
}

/** Reads backwards until there are enough lines. */
const lastLines = async (file: FileHandle, size: number, wanted: number): Promise<{lines: string[]}> => {
  let bytes = Buffer.alloc(0)
  let from = size
  let ends = 0
  // One more line end than lines: the one before the first of them.
  while (from > 0 && ends <= wanted) {
    const length = Math.min(chunkBytes, from)
    from -= length
    const {buffer, bytesRead} = await file.read(Buffer.alloc(length), 0, length, from)
    const chunk = buffer.subarray(0, bytesRead)
    for (const byte of chunk) if (byte === 10) ends++
    bytes = Buffer.concat([chunk, bytes])
  }
  const lines = bytes.toString().split('\n')
  if (lines.at(-1) === '') lines.pop()
  return {lines: wanted > 0 ? lines.slice(-wanted) : []}
}

/**
 * Hands on lines as they are written, through every change of files, until the signal aborts.
 * @param start where the tail ended; its handle is closed here
 */
export const followLog = async (
  path: string,
  start: LogTail['file'],
  onLines: (lines: string[]) => void,
  signal: AbortSignal,
): Promise<void> => {
  let file = start
  let pending: string[] = []
  const lines = new ByteLines(line => pending.push(line.toString()))
  const readOn = async ({handle, position}: NonNullable<LogTail['file']>) => {
    const end = await readToEnd(handle, position, lines)
    if (pending.length > 0) onLines(pending)
    pending = []
    return {handle, position: end}
  }
  const bell = ringing(path, signal)
  try {
    while (!signal.aborted) {
      // Watched before it is read: a change in between triggers again.
      const rung = bell.next()
      const later = await laterFiles(path, file?.handle)
      // One that was put aside is not written to any more: its end is read after it was seen to be.
      if (file) file = await readOn(file)
      for (const handle of later) {
        await file?.handle.close()
        file = await readOn({handle, position: 0})
      }
      if (later.length === 0) await rung
    }
  } finally {
    bell.close()
    await file?.handle.close()
  }
}

/** The files of a log that came after this one, oldest first; none while it is the newest itself. */
const laterFiles = async (path: string, handle: FileHandle | undefined): Promise<FileHandle[]> => {
  const known = handle && (await handle.stat()).ino
  const later: FileHandle[] = []
  // One that is put aside meanwhile is met again under its next name.
  const seen = new Set<number>()
  for (let number = 0; number < maxFiles; number++) {
    const next = await openLog(number === 0 ? path : `${path}.${number}`)
    // Between two renames there is none of a name for a moment.
    if (!next) return number === 0 ? [] : later
    const {ino} = await next.stat()
    if (ino === known || seen.has(ino)) await next.close()
    else later.unshift(next)
    seen.add(ino)
    if (ino === known || known === undefined) break
  }
  return later
}

/** Reads to the end of a file as it is now. @returns how far */
const readToEnd = async (handle: FileHandle, from: number, lines: ByteLines): Promise<number> => {
  let position = from
  for (;;) {
    const {buffer, bytesRead} = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, position)
    if (bytesRead === 0) return position
    lines.push(buffer.subarray(0, bytesRead))
    position += bytesRead
  }
}

/** Tells that something happened to a log, or that it is time to look. */
const ringing = (path: string, signal: AbortSignal) => {
  let ring = (): void => {}
  let watcher: ReturnType<typeof watch> | undefined
  try {
    watcher = watch(dirname(path), () => ring())
    watcher.on('error', () => {})
  } catch {
    // No folder yet, or no watches left: looking now and then has to do.
  }
  const onAbort = (): void => ring()
  signal.addEventListener('abort', onAbort)
  return {
    next: (): Promise<void> => {
      const {promise, resolve} = Promise.withResolvers<void>()
      const timer = new AbortController()
      ring = () => {
        timer.abort()
        resolve()
      }
      if (signal.aborted) ring()
      pause(lookEveryMs, undefined, {signal: timer.signal}).then(resolve, () => {})
      return promise
    },
    close: (): void => {
      watcher?.close()
      signal.removeEventListener('abort', onAbort)
      ring()
    },
  }
}
