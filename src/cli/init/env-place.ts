import {access, constants, stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {type Assignment, readEnvFile} from '../../config/env-file.ts'
import {envFilePlace} from '../../config/sources.ts'
import {editEnvFile} from '../../config/write-env-file.ts'
import {EssenceError} from '../../kit/errors.ts'

/**
 * The environment file that is to be written, and what it says; before the first question, for an answer that cannot be kept is not asked for.
 * @throws CONFIG_INVALID, OUTPUT_UNWRITABLE
 */
export const openEnvPlace = async (): Promise<{path: string; assignments: ReadonlyMap<string, Assignment>}> => {
  const {path} = envFilePlace({})
  // Nothing is changed: it refuses what could not be.
  await editEnvFile(path, {})
  const file = await readEnvFile(path, true).catch(() => undefined)
  for (const place of [dirname(path), ...(file ? [path] : [])]) {
    await access(place, constants.W_OK).catch(() => {
      throw new EssenceError(
        'OUTPUT_UNWRITABLE',
        `${place} may not be written by this user; expected to keep settings in ${path}.`,
        {
          suggestions: ['Work in a folder of your own, or name another file by ENV_SH: ENV_SH=~/june.env essence init'],
        },
      )
    })
  }
  return {path, assignments: file?.assignments ?? new Map()}
}

/** As it is written in an environment file: what a shell would read otherwise stands in quotation marks. */
export const envWord = (value: string): string => (/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value}'`)

/** Whether others of the machine may read a file. */
export const isReadByOthers = async (path: string): Promise<boolean> => ((await stat(path)).mode & 0o077) !== 0
