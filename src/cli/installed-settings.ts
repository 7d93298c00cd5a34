import type {Interfaces} from '@oclif/core'
import type {SettingsGroup} from '../config/declaration.ts'
import {coreGroups} from '../config/schema.ts'

/**
 * What the installed plugins declare, each by its hook `settings`. One that cannot be read, or takes a name that has an owner, is
 * left out and told of.
 */
export const installedSettings = async (
  config: Pick<Interfaces.Config, 'runHook'>,
  warn: (message: string) => void,
): Promise<SettingsGroup[]> => {
  const {successes, failures} = await config.runHook('settings', {})
  for (const {plugin, error} of failures) warn(`The settings of ${plugin.name} cannot be read: ${error.message}`)
  const owners = new Map(coreGroups.flatMap(({variables}) => Object.keys(variables).map(name => [name, 'Essence'])))
  return successes.flatMap(({plugin, result}) => {
    const leaveOut = (why: string): [] => {
      warn(`The settings of ${plugin.name} are left out: ${why}.`)
      return []
    }
    if (!isGroup(result)) return leaveOut('its hook gives no group with a heading and variables')
    const names = Object.keys(result.variables)
    const taken = names.find(name => owners.has(name))
    if (taken !== undefined) return leaveOut(`${taken} is a setting of ${owners.get(taken)}`)
    for (const name of names) owners.set(name, plugin.name)
    return [result]
  })
}

const isGroup = (result: unknown): result is SettingsGroup => {
  const {heading, variables} = (result ?? {}) as Partial<SettingsGroup>
  const all = Object.values(variables ?? {})
  return typeof heading === 'string' && all.length > 0 && all.every(variable => variable?.schema && variable.help)
}
