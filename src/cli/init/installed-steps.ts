import type {Interfaces} from '@oclif/core'
import type {SettingsGroup} from '../../config/declaration.ts'
import type {SetupStep} from '../../config/setup-step.ts'

/**
 * What the installed plugins ask, each by its hook `setup`, in the order of their names. A plugin whose questions cannot be read, or
 * are not about settings that are declared, is left out and told of.
 * @param groups every setting there is
 */
export const installedSteps = async (
  config: Pick<Interfaces.Config, 'runHook'>,
  groups: readonly SettingsGroup[],
  warn: (message: string) => void,
): Promise<SetupStep[]> => {
  const {successes, failures} = await config.runHook('setup', {})
  for (const {plugin, error} of failures) warn(`The questions of ${plugin.name} cannot be read: ${error.message}`)
  const isDeclared = (name: unknown): boolean =>
    typeof name === 'string' && groups.some(({variables}) => variables[name] && !variables[name].planned)
  const isStep = (step: unknown): step is SetupStep => {
    const {name, question, also = []} = (step ?? {}) as Partial<SetupStep>
    return typeof question === 'string' && [name, ...also].every(isDeclared)
  }
  // They come in the order in which they were loaded, which is another one each time.
  const inOrder = successes.toSorted((one, other) => one.plugin.name.localeCompare(other.plugin.name))
  return inOrder.flatMap(({plugin, result}) => {
    if (Array.isArray(result) && result.every(isStep)) return result
    warn(`The questions of ${plugin.name} are left out: they are not about settings that it declares.`)
    return []
  })
}
