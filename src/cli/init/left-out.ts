import {join} from 'node:path'
import * as z from 'zod'
import {readJson, writeJson} from '../../kit/files/json.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'

const schema = z.object({leftOut: z.array(z.string())})

const fileIn = (dataDir: string): string => join(dataDir, 'init.json')

/** Names of the settings that were left out, and are not asked for again. */
export const readLeftOut = async (dataDir: string): Promise<readonly string[]> =>
  (await readJson(fileIn(dataDir), schema).catch(() => undefined))?.leftOut ?? []

/** @throws the system's error */
export const writeLeftOut = async (dataDir: string, leftOut: readonly string[]): Promise<void> => {
  await makeFolder(dataDir)
  await writeJson(fileIn(dataDir), {leftOut})
}
