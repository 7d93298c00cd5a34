import type {Interfaces} from '@oclif/core'
import type {SettingsGroup} from '../config/declaration.ts'
import {coreGroups} from '../config/schema.ts'

/**
 * What the installed plugins declare, each by its hook `settings`. One that cannot be read, or takes a name that has an owner, is
 * left out and told of.
 */
export const installedSettings = async (
  config: Interfaces.Config,
  warn: (message: string) => void,
): Promise<SettingsGroup[]> => {
  const {successes, failures} = await config.runHook('settings', {})
  for (const {plugin, error} of failures) warn(`The settings of ${plugin.name} cannot be read: ${error.message}`)
  const owners = new Map(coreGroups.flatMap(({variables}) => Object.keys(variables).map(name => [name, 'Essence'])))
  return successes.flatMap(({plugin, result}) => {
    const group = result as SettingsGroup
    const names = Object.keys(group.variables)
    const taken = names.find(name => owners.has(name))
    if (taken !== undefined) {
      warn(`The settings of ${plugin.name} are left out: ${taken} is a setting of ${owners.get(taken)}.`)
      return []
    }
    for (const name of names) owners.set(name, plugin.name)
    return [group]
  })
}
