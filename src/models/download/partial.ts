import {type FileHandle, open, rm} from 'node:fs/promises'
import {readJson, writeJson} from '../../kit/files/json.ts'
import {Condition} from '../../kit/flow/condition.ts'
import {type Part, partialPath, sidecarPath, sidecarSchema} from '../cache/unfinished.ts'

export interface PartialOptions {
  digest: string
  /** Path inside the repository, for people. */
  name: string
  /** Bytes of the whole file. */
  size: number
  /** A file that is begun anew is cut into parts of this length; `Infinity`: one part. */
  partBytes: number
  /** Bytes after which progress is made durable. Default 128 MiB; at least every 5 s in any case. */
  checkpointBytes?: number | undefined
}

/** A file being received: bytes in `<blob>.partial`, what of it can be trusted in `<blob>.partial.json`. */
export interface Partial {
  readonly path: string
  readonly parts: Part[]
  etag: string | undefined
  /** Counts restarts: what was read of the file before one is worth nothing after it. */
  readonly generation: number
  /** Bytes received. */
  received(): number
  /** Bytes received without a gap from the beginning. */
  contiguous(): number
  /** Resolves once something holds of `contiguous` or `generation`, or when the signal aborts. */
  until(holds: () => boolean, signal: AbortSignal): Promise<boolean>
  /** Reads what was received; returns the number of bytes. */
  read(buffer: Uint8Array, position: number, length: number): Promise<number>
  /** Writes at the end of what a part has; the part is longer afterwards. */
  append(part: Part, chunks: Uint8Array[]): Promise<void>
  /** Forgets everything received and cuts the file anew. */
  restart(partBytes: number): Promise<void>
  /** Makes what was received durable. */
  flush(): Promise<void>
  close(): Promise<void>
  /** Removes the sidecar: the bytes are somebody else's now. */
  forget(): Promise<void>
}

const checkpointMs = 5000

const cut = (size: number, partBytes: number): Part[] => {
  const parts: Part[] = []
  for (let offset = 0; offset < size || offset === 0; offset += partBytes) {
    parts.push({offset, length: Math.min(partBytes, size - offset), done: 0})
  }
  return parts
}

const fits = (parts: Part[], size: number): boolean => {
  let end = 0
  for (const {offset, length, done} of parts) {
    if (offset !== end || done > length) return false
    end += length
  }
  return end === size
}

const writeAll = async (file: FileHandle, chunks: Uint8Array[], position: number): Promise<number> => {
  const total = chunks.reduce((sum, {length}) => sum + length, 0)
  let {bytesWritten} = await file.writev(chunks, position)
  if (bytesWritten === total) return total
  // A short write, as on a disk that fills up: the next one tells why.
  const rest = Buffer.concat(chunks).subarray(bytesWritten)
  for (let at = 0; at < rest.length; at += bytesWritten) {
    bytesWritten = (await file.write(rest, at, rest.length - at, position + total - rest.length + at)).bytesWritten
  }
  return total
}

/**
 * Opens what an earlier attempt left, or begins anew. A sidecar that is missing, damaged or of another file counts as
 * nothing received: bytes nobody vouches for are never continued.
 */
export const openPartial = async (blob: string, options: PartialOptions): Promise<Partial> => {
  const {digest, name, size, checkpointBytes = 128 << 20} = options
  const path = partialPath(blob)
  const sidecar = sidecarPath(blob)
  const known = await readJson(sidecar, sidecarSchema)
  const usable = known && known.digest === digest && known.size === size && fits(known.parts, size) ? known : undefined
  const file = await open(path, 'r+').catch(() => open(path, 'w+'))
  const parts: Part[] = []
  let etag: string | undefined
  let unsaved = 0
  let savedAt = Date.now()
  let saving: Promise<void> | undefined
  let generation = 0
  const change = new Condition()

  const save = async (): Promise<void> => {
    unsaved = 0
    savedAt = Date.now()
    // What is claimed is fixed before the bytes are made durable: writes that go on meanwhile are not in it.
    const state = {digest, name, size, etag, parts: parts.map(part => ({...part}))}
    await file.datasync()
    await writeJson(sidecar, state)
  }

  const partial: Partial = {
    path,
    parts,
    get etag() {
      return etag
    },
    set etag(value) {
      etag = value
    },
    get generation() {
      return generation
    },
    received: () => parts.reduce((sum, {done}) => sum + done, 0),
    contiguous: () => {
      const gap = parts.find(({length, done}) => done < length)
      return gap ? gap.offset + gap.done : size
    },
    until: (holds, signal) => change.until(holds, signal),
    read: async (buffer, position, length) => (await file.read(buffer, 0, length, position)).bytesRead,
    append: async (part, chunks) => {
      part.done += await writeAll(file, chunks, part.offset + part.done)
      change.changed()
      unsaved += chunks.reduce((sum, {length}) => sum + length, 0)
      if (saving || (unsaved < checkpointBytes && Date.now() - savedAt < checkpointMs)) return
      // Not awaited: the disk works while the network does. A failure shows at the next flush.
      saving = save().finally(() => {
        saving = undefined
      })
      saving.catch(() => {})
    },
    restart: async partBytes => {
      await saving?.catch(() => {})
      generation++
      parts.splice(0, parts.length, ...cut(size, partBytes))
      etag = undefined
      await file.truncate(0)
      await save()
      change.changed()
    },
    flush: async () => {
      await saving?.catch(() => {})
      await save()
    },
    close: async () => {
      await saving?.catch(() => {})
      await file.close()
    },
    forget: async () => {
      for (const file of [sidecar, `${sidecar}.tmp`]) await rm(file, {force: true})
    },
  }

  try {
    const {size: onDisk} = await file.stat()
    const reach = usable ? Math.max(...usable.parts.map(({offset, done}) => (done === 0 ? 0 : offset + done))) : 0
    if (usable && onDisk >= reach) {
      parts.push(...usable.parts)
      etag = usable.etag
    } else await partial.restart(options.partBytes)
  } catch (error) {
    await file.close()
    throw error
  }
  return partial
}
