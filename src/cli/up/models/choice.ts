import {join} from 'node:path'
import * as z from 'zod'
import {readJson, writeJson} from '../../../kit/files/json.ts'
import {makeFolder} from '../../../kit/files/make-folder.ts'
import {profileNames} from '../../../models/catalogue/entry.ts'

export const choices = [...profileNames, 'none'] as const

const schema = z.object({
  models: z.enum(choices),
  /** They were here once: what is gone since was taken away by somebody, and is not fetched again unasked. */
  installed: z.boolean(),
})

/** What somebody answered when `essence up` asked which models to fetch. */
export type Choice = z.output<typeof schema>

const fileIn = (dataDir: string): string => join(dataDir, 'models-choice.json')

/** Undefined where nobody was asked yet, or the answer cannot be read. */
export const readChoice = (dataDir: string): Promise<Choice | undefined> =>
  readJson(fileIn(dataDir), schema).catch(() => undefined)

/** @throws the system's error */
export const writeChoice = async (dataDir: string, choice: Choice): Promise<void> => {
  await makeFolder(dataDir)
  await writeJson(fileIn(dataDir), choice)
}
