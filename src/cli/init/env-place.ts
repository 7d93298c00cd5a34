import {access, constants, stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {type Assignment, readEnvFile} from '../../config/env-file.ts'
import {envFilePlace, type Sources} from '../../config/sources.ts'
import {editEnvFile} from '../../config/write-env-file.ts'
import {EssenceError, systemCodeOf} from '../../kit/errors.ts'

/** The environment file that is to be written. */
export interface EnvPlace {
  path: string
  /** What it says. */
  assignments: ReadonlyMap<string, Assignment>
  /** For reading the settings now: one that ENV_SH names, and that is not there yet, is no mistake here. */
  sources: Pick<Sources, 'env' | 'cwd'>
}

/**
 * Finds the environment file, before the first question: an answer that cannot be kept is not asked for.
 * @throws CONFIG_INVALID, OUTPUT_UNWRITABLE
 */
export const openEnvPlace = async (): Promise<EnvPlace> => {
  const {path} = envFilePlace({})
  // Nothing is changed: it refuses what could not be.
  await editEnvFile(path, {})
  const file = await readEnvFile(path, true)
  for (const place of [dirname(path), ...(file ? [path] : [])]) {
    await access(place, constants.W_OK).catch(error => {
      const why = systemCodeOf(error) === 'ENOENT' ? 'is not there' : 'may not be written by this user'
      throw new EssenceError('OUTPUT_UNWRITABLE', `${place} ${why}; the settings are to be kept in ${path}.`, {
        suggestions: ['Name a file in a folder of your own: ENV_SH=~/june.env essence init'],
      })
    })
  }
  // A folder that cannot be there has no .env.
  const sources = file ? {} : {env: {...process.env, ENV_SH: undefined}, cwd: path}
  return {path, assignments: file?.assignments ?? new Map(), sources}
}

/** As it is written in an environment file: what a shell would read otherwise stands in quotation marks. */
export const envWord = (value: string): string => (/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value}'`)

/** Whether others of the machine may read a file. */
export const isReadByOthers = async (path: string): Promise<boolean> => ((await stat(path)).mode & 0o077) !== 0
