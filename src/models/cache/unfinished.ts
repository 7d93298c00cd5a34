import {readdir, stat} from 'node:fs/promises'
import {basename, join} from 'node:path'
import * as z from 'zod'
import {readJson} from '../../kit/files/json.ts'

/** Where a file is received; beside it stands what of it can be trusted. */
export const partialPath = (blob: string): string => `${blob}.partial`

export const sidecarPath = (blob: string): string => `${partialPath(blob)}.json`

const partSchema = z.object({
  offset: z.int().nonnegative(),
  length: z.int().nonnegative(),
  /** Bytes of the part, from its beginning, that are on the disk. */
  done: z.int().nonnegative(),
})
export type Part = z.infer<typeof partSchema>

export const sidecarSchema = z.object({
  digest: z.string(),
  /** Path inside the repository, for people. */
  name: z.string().optional(),
  size: z.int().nonnegative(),
  /** Of the server that sent the bytes; a range is only continued while it is the same. */
  etag: z.string().optional(),
  parts: z.array(partSchema).min(1),
})

/** A file that was begun. */
export interface Unfinished {
  /** Where it would lie when it is whole. */
  blob: string
  /** Path inside the repository; of old downloads the digest. */
  name: string
  /** Bytes of the whole file, where the sidecar can be read. */
  size: number | undefined
  /** Bytes that the next attempt need not fetch. */
  received: number
  /** Bytes on the disk. */
  bytes: number
}

/** The files of a repository that were begun and are not whole. @param folder of the repository, in the cache */
export const unfinishedFiles = async (folder: string): Promise<Unfinished[]> => {
  const names = await readdir(join(folder, 'blobs')).catch(() => [])
  const blobs = names.filter(name => name.endsWith('.partial')).map(name => join(folder, 'blobs', name.slice(0, -8)))
  return Promise.all(
    blobs.map(async blob => {
      const known = await readJson(sidecarPath(blob), sidecarSchema)
      const found = await stat(partialPath(blob)).catch(() => undefined)
      return {
        blob,
        name: known?.name ?? basename(blob),
        size: known?.size,
        received: known?.parts.reduce((sum, {done}) => sum + done, 0) ?? 0,
        bytes: (found?.blocks ?? 0) * 512,
      }
    }),
  )
}
