// The outside witnesses of the audio tests, where this machine has them.
import {execFileSync, spawnSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {resolve} from 'node:path'

export const has = (program: string, versionFlag = '-version'): boolean =>
  spawnSync(program, [versionFlag], {stdio: 'ignore'}).error === undefined

export const run = (program: string, args: string[]): string => execFileSync(program, args, {encoding: 'utf8'})

/** Recordings of people, shared by the tests of several folders; absent from a fresh clone. */
export const speechFolder = resolve(import.meta.dirname, '../../../shared/data/speech')
export const hasSpeechFolder = existsSync(speechFolder)
