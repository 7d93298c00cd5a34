import {stat} from 'node:fs/promises'
import {join} from 'node:path'
import {isDeepStrictEqual} from 'node:util'
import * as z from 'zod'
import {EssenceError} from '../../kit/errors.ts'
import {readJson, writeJson} from '../../kit/files/json.ts'
import {withLock} from '../../kit/files/owner-lock.ts'

const lockedModelSchema = z.object({
  repo: z.string(),
  revision: z.string(),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  files: z.array(z.object({path: z.string(), size: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/)})),
})
/** What a model is on this machine: commit and digests of the first download, kept until `--update`. */
export type LockedModel = z.infer<typeof lockedModelSchema>

const lockFileSchema = z.object({version: z.literal(1), models: z.record(z.string(), lockedModelSchema)})

/** Where the lock file is. */
export const lockFilePath = (dataDir: string): string => join(dataDir, 'models.lock.json')

/**
 * All locked models by id; empty where nothing was downloaded yet.
 * @throws MODEL_INVALID for a file that is there but says nothing we understand: to go on without it would be to drop
 * what it pins, and to write it anew
 */
export const readLockFile = async (path: string): Promise<Record<string, LockedModel>> => {
  const read = await readJson(path, lockFileSchema)
  if (!read && (await stat(path).catch(() => undefined))?.isFile()) {
    throw new EssenceError('MODEL_INVALID', `${path} is damaged, or of a newer version.`, {
      suggestions: [
        'Put a copy of it back.',
        'Or move it away and run essence models download --all: it then pins what the hub has today.',
      ],
    })
  }
  // Without a prototype: `constructor` is no model.
  return Object.assign(Object.create(null), read?.models)
}

/** Changes one entry, or removes it; two processes may do so at once. */
export const updateLockFile = async (path: string, id: string, model: LockedModel | undefined): Promise<void> =>
  withLock(`${path}.lock`, async () => {
    const models = await readLockFile(path)
    if (isDeepStrictEqual(models[id], model)) return
    if (model) models[id] = model
    else delete models[id]
    const sorted = Object.fromEntries(Object.entries(models).sort(([a], [b]) => (a < b ? -1 : 1)))
    await writeJson(path, {version: 1, models: sorted})
  })
