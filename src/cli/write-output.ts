import type {Stats} from 'node:fs'
import {type FileHandle, open, realpath, stat} from 'node:fs/promises'
import {resolve} from 'node:path'
import {EssenceError} from '../kit/errors.ts'
import {replaceFile} from '../kit/files/atomic-write.ts'
import {fileError} from '../kit/files/file-error.ts'

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
  let written = 0
  let theirs: {error: unknown} | undefined
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of chunks) {
        yield chunk
        written += chunk.length
      }
    } catch (error) {
      theirs = {error}
    }
  }
  const write = async (file: FileHandle): Promise<void> => {
    for await (const chunk of counted()) await file.writeFile(chunk)
    if (theirs) throw theirs.error
  }
  try {
    if (isDescriptor(path) || (existing && !existing.isFile())) {
      // Appending, because what is open may have content already: `>> file` and /dev/stdout.
      await using file = await open(path, 'a')
      await write(file)
    } else
      await replaceFile(await realpath(path).catch(() => path), draft => writeDraft(draft, existing, write), {
        concurrent: true,
      })
  } catch (error) {
    throw theirs ? theirs.error : unwritable(error, path)
  }
  return written
}

const writeDraft = async (
  draft: string,
  existing: Stats | undefined,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> => {
  await using file = await open(draft, 'wx')
  if (existing) await file.chmod(existing.mode & 0o7777)
  await write(file)
  await file.sync()
}

/** Writes to standard output, and waits while its reader has enough. */
export const toStdout = async (chunk: Uint8Array | string): Promise<void> => {
  if (!process.stdout.write(chunk)) await new Promise<void>(resolve => process.stdout.once('drain', resolve))
}

/** An open descriptor of this process, even where it leads to a file. */
const isDescriptor = (path: string): boolean => /^\/(?:dev\/(?:std(?:out|err)$|fd\/)|proc\/)/.test(resolve(path))

const unwritable = (error: unknown, path: string): unknown =>
  fileError(error, {
    what: path,
    onlyWrote: true,
    full: ['Free some space, then try again.'],
    refused: ['Give another path with -o.'],
  })
