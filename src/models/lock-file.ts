import {join} from 'node:path'
import * as z from 'zod'
import {withLock} from './owner-lock.ts'
import {readJson, writeJson} from './write-json.ts'

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

/** All locked models by id; empty where nothing was downloaded yet. */
export const readLockFile = async (path: string): Promise<Record<string, LockedModel>> =>
  (await readJson(path, lockFileSchema))?.models ?? {}

/** Changes one entry, or removes it; two processes may do so at once. */
export const updateLockFile = async (path: string, id: string, model: LockedModel | undefined): Promise<void> =>
  withLock(`${path}.lock`, async () => {
    const models = await readLockFile(path)
    if (model) models[id] = model
    else delete models[id]
    const sorted = Object.fromEntries(Object.entries(models).sort(([a], [b]) => (a < b ? -1 : 1)))
    await writeJson(path, {version: 1, models: sorted})
  })
