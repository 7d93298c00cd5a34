import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

/** What oclif finds in the built commands of a plugin: what would stand in its oclif.manifest.json, ascending by command. */
export const loadCommands = async (root: string): Promise<unknown> => {
  const {Plugin} = await import('@oclif/core')
  const plugin = new Plugin({root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true})
  await plugin.load()
  // It finds folders of commands in an order that differs from run to run.
  const commands = Object.fromEntries(Object.entries(plugin.manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1)))
  return {...plugin.manifest, commands}
}

/** Writes the list of a plugin's commands, so that the CLI need not load each of them to start. */
export const writeCommandManifest = async (root: string, folder: string): Promise<void> =>
  writeFile(join(folder, 'oclif.manifest.json'), `${JSON.stringify(await loadCommands(root), null, 2)}\n`)
