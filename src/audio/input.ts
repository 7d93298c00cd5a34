import {constants} from 'node:fs'
import {type FileHandle, mkdtemp, open, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {EssenceError, isEssenceError, messageOf, systemCodeOf} from '../kit/errors.ts'
import type {AudioSource} from './source.ts'
import {untilAborted} from './until-aborted.ts'

/** An audio source made seekable: bytes in memory, or an open file. */
export interface AudioInput extends AsyncDisposable {
  /** What messages call it. */
  readonly name: string
  /** Size in bytes, more than 0. */
  readonly size: number
  readonly content: {bytes: Uint8Array} | {file: FileHandle}
}

/** A stream up to this size is held in memory, a longer one in a temporary file. */
const memoryBytes = 8 * 1024 ** 2

/** Streams end somewhere, also when the caller sets no limit. */
const defaultStreamBytes = 1024 ** 3

/**
 * Opens a source and checks its size. A stream is read to its end first: MP4 often has its index at the end, and
 * FFmpeg, waiting for a slow stream, would hold one of the few threads that everything else needs.
 * @param maxBytes default: no limit; for streams 1 GiB
 * @throws INPUT_NOT_FOUND, AUDIO_EMPTY, AUDIO_TOO_LARGE, AUDIO_UNREADABLE (the stream failed), DISK_FULL, CANCELLED
 */
export const openInput = (source: AudioSource, maxBytes?: number, signal?: AbortSignal): Promise<AudioInput> => {
  if ('path' in source) return openPath(source.path, maxBytes ?? Number.POSITIVE_INFINITY)
  if ('bytes' in source) return openBytes(source.bytes, maxBytes ?? Number.POSITIVE_INFINITY)
  return spool(source.stream, maxBytes ?? defaultStreamBytes, signal)
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
    return {name, size: stat.size, content: {file}, [Symbol.asyncDispose]: () => file.close()}
  } catch (error) {
    await file.close()
    throw error
  }
}

const openBytes = async (bytes: Uint8Array, maxBytes: number): Promise<AudioInput> => {
  checkSize(unnamed, bytes.length, maxBytes)
  return {name: unnamed, size: bytes.length, content: {bytes}, [Symbol.asyncDispose]: async () => {}}
}

const spool = async (
  stream: AsyncIterable<Uint8Array>,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<AudioInput> => {
  const parts: Uint8Array[] = []
  let size = 0
  let file: FileHandle | undefined
  try {
    for await (const part of untilAborted(stream, signal)) {
      if (size + part.length > maxBytes) throw tooLarge(unnamed, `more than ${maxBytes}`, maxBytes)
      if (!file && size + part.length > memoryBytes) {
        file = await openTemporary()
        await writeAt(file, Buffer.concat(parts), 0)
        parts.length = 0
      }
      if (file) await writeAt(file, part, size)
      else parts.push(part)
      size += part.length
    }
    checkSize(unnamed, size, maxBytes)
  } catch (error) {
    await file?.close()
    if (isEssenceError(error)) throw error
    if (systemCodeOf(error) === 'ENOSPC') {
      throw new EssenceError('DISK_FULL', `No room in ${tmpdir()} for the audio.`, {cause: error})
    }
    const message = `The audio broke off after ${size} bytes: ${messageOf(error)}`
    throw new EssenceError('AUDIO_UNREADABLE', message, {cause: error, suggestions: ['Send it again.']})
  }
  if (!file) return openBytes(Buffer.concat(parts), maxBytes)
  const content = {file}
  return {name: unnamed, size, content, [Symbol.asyncDispose]: () => content.file.close()}
}

/** A file without a name: it goes when its handle does, also when the process is killed. */
const openTemporary = async (): Promise<FileHandle> => {
  const folder = await mkdtemp(join(tmpdir(), 'essence-audio-'))
  try {
    return await open(join(folder, 'spool'), 'wx+', 0o600)
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

// At a position, so that the file's own offset stays 0, where FFmpeg starts to read.
const writeAt = async (file: FileHandle, bytes: Uint8Array, position: number): Promise<void> => {
  for (let at = 0; at < bytes.length; ) {
    const {bytesWritten} = await file.write(bytes, at, bytes.length - at, position + at)
    at += bytesWritten
  }
}

const checkSize = (name: string, size: number, maxBytes: number): void => {
  if (size === 0) throw new EssenceError('AUDIO_EMPTY', `${name} is empty (0 bytes).`)
  if (size > maxBytes) throw tooLarge(name, `${size}`, maxBytes)
}

const tooLarge = (name: string, found: string, maxBytes: number): EssenceError =>
  new EssenceError('AUDIO_TOO_LARGE', `${name} has ${found} bytes; at most ${maxBytes} are accepted.`, {
    suggestions: ['Send a shorter piece, or a compressed one (OGG/Opus, M4A, MP3).'],
  })
