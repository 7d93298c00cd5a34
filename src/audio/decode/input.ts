import {constants} from 'node:fs'
import {type FileHandle, mkdtemp, open, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {EssenceError, isEssenceError, messageOf, systemCodeOf} from '../../kit/errors.ts'
import {fileError} from '../../kit/files/file-error.ts'
import {untilAborted} from '../../kit/flow/until-aborted.ts'
import type {AudioInput, AudioSource} from '../source.ts'

export type {AudioInput} from '../source.ts'

/** A path that leads another process of this user to the file, as long as it is open here (Linux: proc(5)). */
export const pathOf = ({file}: AudioInput): string => `/proc/${process.pid}/fd/${file.fd}`

/** Streams end somewhere, also when the caller sets no limit. */
const defaultStreamBytes = 1024 ** 3

/**
 * Opens a source and checks its size. Bytes and streams go to a temporary file (in TMPDIR) first. A stream because MP4
 * often has its index at the end, and because FFmpeg, waiting for a slow one, would hold one of the few threads that
 * everything else needs; bytes because node-av 6.1 never frees the buffer of its in-memory reader.
 * @param maxBytes default: no limit; for streams 1 GiB
 * @throws INPUT_NOT_FOUND, AUDIO_EMPTY, AUDIO_TOO_LARGE, AUDIO_UNREADABLE (the stream failed), DISK_FULL,
 * OUTPUT_UNWRITABLE (no temporary file can be made), CANCELLED
 */
export const openInput = async (source: AudioSource, maxBytes?: number, signal?: AbortSignal): Promise<AudioInput> => {
  if ('input' in source) {
    checkSize(source.input.name, source.input.size, maxBytes ?? Number.POSITIVE_INFINITY)
    return {...source.input, [Symbol.asyncDispose]: async () => {}}
  }
  if ('path' in source) return openPath(source.path, maxBytes ?? Number.POSITIVE_INFINITY)
  if ('stream' in source) return spool(untilAborted(source.stream, signal), maxBytes ?? defaultStreamBytes)
  checkSize(unnamed, source.bytes.length, maxBytes ?? Number.POSITIVE_INFINITY)
  return spool([source.bytes], Number.POSITIVE_INFINITY)
}

const unnamed = 'The audio'

const openPath = async (path: string, maxBytes: number): Promise<AudioInput> => {
  // Non-blocking: opening a FIFO would wait for its writer.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((cause: unknown) => {
    const reason =
      {ENOENT: 'does not exist', EACCES: 'may not be read'}[systemCodeOf(cause) ?? ''] ?? 'cannot be opened'
    throw new EssenceError('INPUT_NOT_FOUND', `The audio file ${path} ${reason}.`, {cause})
  })
  try {
    const stat = await file.stat()
    if (!stat.isFile()) {
      const found = stat.isDirectory() ? 'a directory' : 'a device or pipe'
      throw new EssenceError('INPUT_NOT_FOUND', `${path} is ${found}; expected an audio file.`)
    }
    const name = basename(path)
    checkSize(name, stat.size, maxBytes)
    return {name, size: stat.size, file, [Symbol.asyncDispose]: () => file.close()}
  } catch (error) {
    await file.close()
    throw error
  }
}

const spool = async (
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): Promise<AudioInput> => {
  const file = await openTemporary()
  let size = 0
  try {
    for await (const part of parts) {
      if (size + part.length > maxBytes) throw tooLarge(unnamed, `more than ${maxBytes}`, maxBytes)
      await writeAt(file, part, size)
      size += part.length
    }
    checkSize(unnamed, size, maxBytes)
    return {name: unnamed, size, file, [Symbol.asyncDispose]: () => file.close()}
  } catch (error) {
    await file.close()
    if (isEssenceError(error)) throw error
    const message = `The audio broke off after ${size} bytes: ${messageOf(error)}`
    throw new EssenceError('AUDIO_UNREADABLE', message, {cause: error, suggestions: ['Send it again.']})
  }
}

/** A file without a name: it goes when its handle does, also when the process is killed. */
const openTemporary = async (): Promise<FileHandle> => {
  try {
    const folder = await mkdtemp(join(tmpdir(), 'essence-audio-'))
    try {
      return await open(join(folder, 'spool'), 'wx+', 0o600)
    } finally {
      await rm(folder, {recursive: true, force: true})
    }
  } catch (cause) {
    throw temporaryFailed(cause)
  }
}

// At a position, so that the file's own offset stays 0, where FFmpeg starts to read.
const writeAt = async (file: FileHandle, bytes: Uint8Array, position: number): Promise<void> => {
  try {
    for (let at = 0; at < bytes.length; ) {
      const {bytesWritten} = await file.write(bytes, at, bytes.length - at, position + at)
      at += bytesWritten
    }
  } catch (cause) {
    throw temporaryFailed(cause)
  }
}

/** @returns a row of the table, as what is done there is to write */
const temporaryFailed = (cause: unknown): unknown => {
  const steps = [
    'Sound is kept there while it is decoded: free some space, or set TMPDIR to a folder that can be written.',
  ]
  return fileError(cause, {what: tmpdir(), full: steps, refused: steps, onlyWrote: true})
}

const checkSize = (name: string, size: number, maxBytes: number): void => {
  if (size === 0) throw new EssenceError('AUDIO_EMPTY', `${name} is empty (0 bytes).`)
  if (size > maxBytes) throw tooLarge(name, `${size}`, maxBytes)
}

const tooLarge = (name: string, found: string, maxBytes: number): EssenceError =>
  new EssenceError('AUDIO_TOO_LARGE', `${name} has ${found} bytes; at most ${maxBytes} are accepted.`, {
    suggestions: ['Send a shorter piece, or a compressed one (OGG/Opus, M4A, MP3).'],
  })
