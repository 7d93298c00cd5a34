import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import * as z from 'zod'
import {EssenceError, systemCodeOf} from '../../../kit/errors.ts'

const ranges = z.record(z.string(), z.string()).optional()

const oneOrMore = z.union([z.string(), z.array(z.string())]).optional()

const lockedPackage = z.looseObject({
  version: z.string().optional(),
  integrity: z.string().optional(),
  /** Of a link: the folder of the workspace. */
  resolved: z.string().optional(),
  link: z.boolean().optional(),
  dependencies: ranges,
  optionalDependencies: ranges,
  devDependencies: ranges,
  peerDependencies: ranges,
  peerDependenciesMeta: z.record(z.string(), z.object({optional: z.boolean().optional()})).optional(),
  os: oneOrMore,
  cpu: oneOrMore,
  libc: oneOrMore,
})
export type LockedPackage = z.infer<typeof lockedPackage>

const lockFileSchema = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  lockfileVersion: z.literal([2, 3]),
  packages: z.record(z.string(), lockedPackage),
})
export type LockFile = z.infer<typeof lockFileSchema>

/** @throws BUILD_FAILED when there is none, or none that npm 7 or newer wrote */
export const readLockFile = async (folder: string): Promise<LockFile> => {
  const path = join(folder, 'package-lock.json')
  const suggestions = [`Make one: npm install, in ${folder}`]
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (systemCodeOf(cause) !== 'ENOENT') throw cause
    throw new EssenceError('BUILD_FAILED', `There is no lock file ${path}; a release is installed from one.`, {
      suggestions,
    })
  }
  const parsed = lockFileSchema.safeParse(jsonOf(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue && issue.path.length > 0 ? ` (${issue.path.join(' ')}: ${issue.message})` : ''
  throw new EssenceError('BUILD_FAILED', `${path} is not a lock file of npm 7 or newer${where}.`, {suggestions})
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
