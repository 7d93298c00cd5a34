import type {SettingsGroup} from '../../config/declaration.ts'
import {coreGroups} from '../../config/schema.ts'
import {envFilePlace} from '../../config/sources.ts'
import {editEnvFile} from '../../config/write-env-file.ts'
import {modeVariables} from '../../engines/modes.ts'
import {nearest} from '../../kit/nearest.ts'
import {usageError} from '../base-command.ts'

const actions = ['show', 'mock', 'stt_tts_roundtrip', 'off'] as const
export type TestModeAction = (typeof actions)[number]

/** What is to be done with the test mode. @throws USAGE */
export const testModeAction = (typed: string): TestModeAction => {
  const known = actions.find(action => action === typed)
  if (known) return known
  const meant = nearest(typed, actions)
  throw usageError(`There is no test mode "${typed}".`, [
    ...(meant ? [`Did you mean: essence test-mode ${meant}`] : []),
    `Expected one of ${actions.join(', ')}.`,
  ])
}

/**
 * Writes a test mode to the environment file, and takes out of it what would win over that: the variables of single services.
 * @param installed what the plugins declare
 * @returns the file, what became of it, and the variables that were set or taken out
 * @throws what `editEnvFile` throws
 */
export const setTestMode = async (action: Exclude<TestModeAction, 'show'>, installed: readonly SettingsGroup[]) => {
  const {path} = envFilePlace({})
  const own = modeVariables([...coreGroups, ...installed]).map(({variable}) => variable)
  const changes = {
    JUNE_TEST_MODE: action === 'off' ? undefined : action,
    ...Object.fromEntries(own.map(name => [name, undefined])),
  }
  return {path, written: await editEnvFile(path, changes), names: Object.keys(changes)}
}

/** What became of the file, for people. */
export const writtenText = (
  action: TestModeAction,
  path: string,
  written: 'created' | 'changed' | 'unchanged',
): string => {
  const says = action === 'off' ? `${path} sets no test mode` : `${path} says JUNE_TEST_MODE=${action}`
  if (written === 'unchanged') return `${says}, as it did before.`
  return `${says} now. Services that run keep their mode until they are started again.`
}
