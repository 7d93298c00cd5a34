// What the CLI offers: the plugins of the workspace are all there, and every command explains itself.
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {Config} from '@oclif/core'
import {beforeAll, describe, expect, it} from 'vitest'

const root = join(import.meta.dirname, '../..')

interface Manifest {
  commands: Record<string, {summary?: string; examples?: unknown[]; flags: Record<string, {summary?: string}>}>
}

const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(root, ...path), 'utf8')) as T
const folders = readdirSync(join(root, 'plugins')).map(name => join('plugins', name))
const manifests = ['.', ...folders].map(folder => json<Manifest>(folder, 'oclif.manifest.json'))
const commands = manifests.flatMap(manifest => Object.entries(manifest.commands))

describe('the plugins of the workspace', () => {
  let config: Config
  beforeAll(async () => {
    config = await Config.load({root})
  })

  it('are all loaded', () => {
    const names = folders.map(folder => json<{name: string}>(folder, 'package.json').name)
    expect(names.filter(name => !config.plugins.has(name))).toEqual([])
  })

  it('are dependencies of the CLI, and folders are called as their package', () => {
    const {dependencies} = json<{dependencies: Record<string, string>}>('package.json')
    const names = folders.map(folder => folder.replace('plugins/', '@essence/plugin-'))
    expect(names.filter(name => !(name in dependencies))).toEqual([])
  })

  it('give the commands their manifests tell of, none twice', () => {
    const ids = commands.map(([id]) => id).sort()
    const ours = [...config.plugins.values()].filter(({name}) => name === 'essence' || name.startsWith('@essence/'))
    const loaded = ours.flatMap(plugin => plugin.commands.map(({id}) => id)).sort()
    expect(loaded).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('have a manifest for every file in commands/', () => {
    const files = ['.', ...folders].flatMap(folder =>
      readdirSync(join(root, folder, 'commands'), {recursive: true, encoding: 'utf8'})
        .filter(name => name.endsWith('.ts'))
        .map(name => name.replace(/(\/index)?\.ts$/, '').replaceAll('/', ':')),
    )
    expect(files.sort()).toEqual(commands.map(([id]) => id).sort())
  })
})

describe.each(commands)('%s', (_, command) => {
  it('has a summary that is a sentence, and examples', () => {
    expect(command.summary).toMatch(/^[A-Z].*\.$/)
    expect(command.examples?.length).toBeGreaterThan(0)
  })

  it('has a summary for every flag', () => {
    const silent = Object.entries(command.flags).filter(([, {summary}]) => !summary)
    expect(silent.map(([name]) => name).filter(name => name !== 'json')).toEqual([])
  })
})
