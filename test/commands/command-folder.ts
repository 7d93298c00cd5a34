import {chmodSync, mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {temporaryFolder} from '../temporary-folder.ts'

/** A folder for commands to work in, with the environment in which they know no settings, data or models but what lies there. */
export const commandFolder = () => {
  const folder = temporaryFolder()
  const path = (name: string): string => join(folder, name)
  const env = {
    ENV_SH: '/dev/null',
    JUNE_DATA_DIR: path('data'),
    MODEL_CACHE_DIR: path('models'),
    STT_THREADS: '1',
    STT_DEVICE: 'cpu',
  }
  /** A PATH on which a program of the sound system stands alone: a shell script in its place. */
  const soundProgram = (name: string, script: string): {PATH: string} => {
    const bin = path('bin')
    rmSync(bin, {recursive: true, force: true})
    mkdirSync(bin)
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
    return {PATH: `${bin}:/bin`}
  }
  return {folder, path, env, soundProgram}
}

/** In the environment: engines that compute nothing. */
export const mocks = {JUNE_TEST_MODE: 'mock'}
