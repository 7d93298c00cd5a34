// Writes oclif.manifest.json for the CLI and for every plugin, from the built commands; --check only compares.
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Plugin} from '@oclif/core'

const root = join(import.meta.dirname, '..')
const roots = [root, ...readdirSync(join(root, 'plugins')).map(name => join(root, 'plugins', name))]
const check = process.argv.includes('--check')

for (const pluginRoot of roots) {
  const plugin = new Plugin({root: pluginRoot, type: 'core', ignoreManifest: true, errorOnManifestCreate: true})
  await plugin.load()
  const file = join(pluginRoot, 'oclif.manifest.json')
  // Folders of commands are found in an order that differs from run to run.
  const commands = Object.fromEntries(Object.entries(plugin.manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1)))
  const text = `${JSON.stringify({...plugin.manifest, commands}, null, 2)}\n`
  let current = ''
  try {
    current = readFileSync(file, 'utf8')
  } catch {}
  if (current === text) continue
  if (check) {
    console.error(`${file} is not what the commands declare; run: npm run build`)
    process.exitCode = 1
  } else writeFileSync(file, text)
}
