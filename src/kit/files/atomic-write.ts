import {randomBytes} from 'node:crypto'
import {open, rename, rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'

export interface ReplaceOptions {
  /**
   * Others may write the same path at the same time: each has a draft under a name of its own. Default: false, as the caller
   * holds a lock; the draft is `<path>.tmp` then, and killed writers leave no more than one.
   */
  concurrent?: boolean | undefined
  /** Resolve when the new name itself is on the disk: for what must survive a crash once it is acknowledged. Default: false. */
  durable?: boolean | undefined
}

export interface AtomicWriteOptions extends ReplaceOptions {
  /** Permissions of the file, less the umask. Default 0o666. */
  mode?: number | undefined
}

/**
 * Writes a file so that a reader, or a crash, sees the old content or the new one and nothing between.
 * @throws the system's error, see `fileError`; then nothing is left beside the file
 */
export const atomicWrite = (
  path: string,
  content: string | Uint8Array,
  {mode, ...options}: AtomicWriteOptions = {},
): Promise<void> =>
  replaceFile(
    path,
    async draft => {
      await using file = await open(draft, 'wx', mode)
      await file.writeFile(content)
      // Before it has its name: some file systems would have an empty file under it after a crash.
      await file.sync()
    },
    options,
  )

/**
 * Makes something aside, a file or a link, and gives it a path in one step.
 * @param make makes it at the path it is given, where nothing lies
 * @throws what `make` throws, and the system's error; then nothing is left beside the path
 */
export const replaceFile = async (
  path: string,
  make: (draft: string) => Promise<void>,
  {concurrent = false, durable = false}: ReplaceOptions = {},
): Promise<void> => {
  // Short and hidden, as the path's own name may be as long as a name can be.
  const draft = concurrent ? join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`) : `${path}.tmp`
  try {
    // What a killed writer left; opening it could lead through a link.
    if (!concurrent) await rm(draft, {force: true})
    await make(draft)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, {force: true}).catch(() => {})
    throw error
  }
  if (durable) await syncPath(dirname(path))
}

/** Resolves when a file's content, or the names in a folder, are on the disk. */
export const syncPath = async (path: string): Promise<void> => {
  await using opened = await open(path, 'r')
  await opened.sync()
}
