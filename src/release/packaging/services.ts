import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import * as z from 'zod'
import {EssenceError, messageOf} from '../../kit/errors.ts'
import {readJson} from '../../kit/files/json.ts'
import {nearest} from '../../kit/nearest.ts'
import type {Engine} from '../engine-names.ts'
import {type ReleaseManifest, serviceName, servicePackageSchema} from '../manifest.ts'
import {loadCommands} from './collect/plugin-commands.ts'

/** Every service in one release, run by `essence up`. */
const everything = 'june'

/** A plugin that holds a service. */
export interface ServicePlugin {
  service: string
  /** Of the package: `@essence/plugin-telegram`. */
  name: string
  /** Its folder, absolute. */
  root: string
  /** Its folder below the checkout's root; absent when it is a third party's, with a lock file of its own. */
  workspace?: string | undefined
  /** Command that runs the service. */
  command: string
  declared: z.output<typeof servicePackageSchema>
}

/** What is built: a service, or all of them. */
export interface BuildTarget {
  service: string
  plugins: ServicePlugin[]
  command: string[]
  engines: Engine[]
  handover: ReleaseManifest['handover']
  ports: ReleaseManifest['ports']
  requires: ReleaseManifest['requires']
}

const pluginPackage = z.object({name: z.string(), essence: servicePackageSchema.optional()})
const commandManifest = z.object({
  commands: z.record(z.string(), z.object({supervised: z.object({name: serviceName}).optional()})),
})

/** `telegram` of `@essence/plugin-telegram`, `@acme/essence-plugin-telegram` and `telegram`. */
const shortName = (packageName: string): string => packageName.replace(/^.*\//, '').replace(/^(essence-)?plugin-/, '')

/**
 * @param workspace of one of the checkout, whose manifest was written when it was built
 * @returns undefined for a plugin without a service
 * @throws BUILD_FAILED
 */
const readServicePlugin = async (root: string, workspace?: string): Promise<ServicePlugin | undefined> => {
  const found = await readJson(join(root, 'package.json'), pluginPackage)
  if (!found?.essence) return undefined
  const written = workspace ? await readJson(join(root, 'oclif.manifest.json'), commandManifest) : undefined
  const {commands} = written ?? commandManifest.parse(await loadCommands(root))
  const ids = Object.keys(commands)
  const supervised = Object.entries(commands).find(([, {supervised}]) => supervised)
  const command = found.essence.command ?? supervised?.[0] ?? (ids.length === 1 ? ids[0] : undefined)
  if (command === undefined || !ids.includes(command)) {
    const has = ids.length > 0 ? `it has ${ids.join(', ')}` : 'it has none'
    throw new EssenceError('BUILD_FAILED', `${found.name} does not tell which command runs its service: ${has}.`, {
      suggestions: [
        ...(ids.length > 0 ? [] : [`Build it first: npm run build, in ${root}`]),
        'Name it in its package.json: "essence": {"command": "…"}',
      ],
    })
  }
  return {
    service: found.essence.service ?? supervised?.[1].supervised?.name ?? shortName(found.name),
    name: found.name,
    root,
    workspace,
    command,
    declared: found.essence,
  }
}

export interface FoundPlugins {
  plugins: ServicePlugin[]
  /** Why plugins of others could not be read: no matter unless one of them is wanted. */
  broken: string[]
}

/**
 * Every plugin with a service: those of the checkout, and others by their folders (linked plugins).
 * @throws BUILD_FAILED when one of the checkout is broken
 */
export const findServicePlugins = async (checkout: string, others: readonly string[]): Promise<FoundPlugins> => {
  const names = (await readdir(join(checkout, 'plugins')).catch(() => [])).sort()
  const own = await Promise.all(
    names.map(name => readServicePlugin(join(checkout, 'plugins', name), `plugins/${name}`)),
  )
  const linked = await Promise.allSettled(others.map(root => readServicePlugin(root)))
  const read = linked.map(result => (result.status === 'fulfilled' ? result.value : undefined))
  return {
    plugins: [...own, ...read].filter(plugin => plugin !== undefined),
    broken: linked.flatMap(result => (result.status === 'rejected' ? [messageOf(result.reason)] : [])),
  }
}

/** @throws USAGE when there is no such service */
export const chooseTarget = (service: string, {plugins, broken}: FoundPlugins): BuildTarget => {
  if (service === everything) {
    const own = plugins.filter(({workspace}) => workspace)
    return {
      service,
      plugins: own,
      command: ['up'],
      engines: [...new Set(own.flatMap(({declared}) => declared.engines)), 'llm'],
      handover: 'instead',
      ports: [],
      // `essence up` starts what is switched on.
      requires: [],
    }
  }
  const plugin = plugins.find(one => one.service === service)
  if (plugin) {
    const {command, declared} = plugin
    const {engines, handover, ports, requires} = declared
    return {service, plugins: [plugin], command: [command], engines, handover, ports, requires}
  }
  const names = [...plugins.map(one => one.service), everything]
  const meant = nearest(service, names)
  throw new EssenceError('USAGE', `There is no service "${service}" to build.`, {
    suggestions: [
      ...(meant ? [`Did you mean: essence build ${meant}`] : []),
      ...broken,
      `One of: ${names.join(', ')}`,
      "Another's plugin is built once it is linked: essence plugins link FOLDER",
    ],
  })
}
