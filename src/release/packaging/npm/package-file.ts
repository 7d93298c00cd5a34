import {join} from 'node:path'
import * as z from 'zod'
import {readJson} from '../../../kit/files/json.ts'

const packageFile = z.looseObject({
  dependencies: z.record(z.string(), z.string()).default({}),
  oclif: z.record(z.string(), z.unknown()).optional(),
})
export type PackageFile = z.infer<typeof packageFile>

/** As npm writes it. */
export const packageJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** The package file of a folder; an empty one where there is none. */
export const readPackage = async (folder: string): Promise<PackageFile> =>
  (await readJson(join(folder, 'package.json'), packageFile)) ?? packageFile.parse({})

export const pick = (from: Record<string, string>, stays: (name: string) => boolean): Record<string, string> =>
  Object.fromEntries(Object.entries(from).filter(([name]) => stays(name)))
