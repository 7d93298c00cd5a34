import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {SettingsGroup} from '@essence/core/config/declaration'
import {coreGroups} from '@essence/core/config/schema'

interface Package {
  oclif: {hooks?: {settings?: string}}
}

/** The settings of the core, then those that the plugins of the checkout hand out by their hook; from the sources. */
export const settingsGroups = async (root: string): Promise<SettingsGroup[]> => {
  const hooks = readdirSync(join(root, 'plugins')).flatMap(name => {
    const {oclif} = JSON.parse(readFileSync(join(root, 'plugins', name, 'package.json'), 'utf8')) as Package
    const built = oclif.hooks?.settings
    return built ? [join(root, 'plugins', name, built.replace('/dist/', '/').replace(/\.js$/, '.ts'))] : []
  })
  const plugins = hooks.map(async file => ((await import(file)) as {default: () => SettingsGroup}).default())
  return [...coreGroups, ...(await Promise.all(plugins))]
}
