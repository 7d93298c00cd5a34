// Parts of a build with the real npm: the Node.js that travels, a third party's own packages; and which builds stay.
import {spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {addRuntime} from '@essence/core/release/packaging/collect/runtime'
import {installForeign} from '@essence/core/release/packaging/npm/install-foreign'
import {removeOldBuilds} from '@essence/core/release/packaging/pack/keep-builds'
import {chooseTarget, findServicePlugins} from '@essence/core/release/packaging/services'
import {beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {root} from '../../kit/run-essence.ts'
import {temporaryFolder} from '../../temporary-folder.ts'

let base = ''
const never = new AbortController().signal
beforeAll(() => {
  // The packages npm has already, and how it reaches others: the home of these tests has neither.
  const {homedir} = userInfo()
  process.env['npm_config_cache'] ??= join(homedir, '.npm')
  process.env['npm_config_userconfig'] ??= join(homedir, '.npmrc')
})
beforeEach(() => {
  base = temporaryFolder()
})

const put = (path: string, value: unknown): void => {
  mkdirSync(join(base, path, '..'), {recursive: true})
  writeFileSync(join(base, path), typeof value === 'string' ? value : JSON.stringify(value))
}

it('the Node.js inside runs, and is the pinned one', async () => {
  const {path, version} = await addRuntime(root, base, never)
  expect(spawnSync(join(base, path), ['--version'], {encoding: 'utf8'}).stdout).toBe(`v${version}\n`)
  expect(readFileSync(join(root, 'bin/runtime/package.json'), 'utf8')).toContain(`"${version}"`)
  expect(readdirSync(join(base, 'runtime')).sort()).toEqual(['LICENSE', 'bin'])
  expect(readdirSync(base)).toEqual(['runtime'])
})

describe("a third party's plugin", () => {
  const plugin = () => ({
    service: 'x',
    name: '@acme/plugin-x',
    root: join(base, 'plugin'),
    command: 'x',
    declared: {engines: [], handover: 'instead' as const, ports: [], requires: []},
  })
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages['node_modules/zod']

  it('brings its own packages, by its own lock file, and takes Essence from the CLI', async () => {
    const dependencies = {zod: locked.version, '@essence/core': '*', '@oclif/core': '*'}
    put('plugin/package.json', {
      name: '@acme/plugin-x',
      dependencies,
      devDependencies: {vitest: '*'},
      scripts: {test: 'x'},
    })
    put('plugin/package-lock.json', {
      lockfileVersion: 3,
      packages: {'': {dependencies, devDependencies: {vitest: '*'}}, 'node_modules/zod': locked},
    })
    mkdirSync(join(base, 'release'))
    await installForeign(plugin(), join(base, 'release'), never)
    const place = join(base, 'release/node_modules/@acme/plugin-x')
    expect(readdirSync(join(place, 'node_modules'))).toEqual(['zod'])
    expect(existsSync(join(place, 'node_modules/zod/package.json'))).toBe(true)
    expect(JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))).not.toHaveProperty('devDependencies')
  })

  it('needs no lock file when it has no packages of its own', async () => {
    put('plugin/package.json', {name: '@acme/plugin-x'})
    mkdirSync(join(base, 'release'))
    expect(await installForeign(plugin(), join(base, 'release'), never)).toBeUndefined()
  })

  it('is told that its lock file is missing', async () => {
    put('plugin/package.json', {name: '@acme/plugin-x', dependencies: {zod: '*'}})
    mkdirSync(join(base, 'release'))
    await expect(installForeign(plugin(), join(base, 'release'), never)).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringContaining('There is no lock file'),
    })
  })
})

describe('the services', () => {
  const service = (name: string, essence: unknown, commands: unknown): void => {
    put(`plugins/${name}/package.json`, {name: `@essence/plugin-${name}`, essence})
    put(`plugins/${name}/oclif.manifest.json`, {commands})
  }

  it('are the plugins that say they hold one; a new one needs no change elsewhere', async () => {
    service(
      'lamp',
      {engines: ['tts'], handover: 'beside'},
      {'lamp-service': {supervised: {name: 'lamp'}}, 'lamp:test': {}},
    )
    service('door', {command: 'ring', service: 'bell'}, {ring: {}, open: {}})
    put('plugins/tool/package.json', {name: '@essence/plugin-tool'})
    const found = await findServicePlugins(base, [])
    expect(found.plugins.map(({service, command, workspace}) => [service, command, workspace])).toEqual([
      ['bell', 'ring', 'plugins/door'],
      ['lamp', 'lamp-service', 'plugins/lamp'],
    ])
    expect(chooseTarget('lamp', found)).toMatchObject({command: ['lamp-service'], engines: ['tts'], handover: 'beside'})
    expect(chooseTarget('june', found)).toMatchObject({command: ['up'], engines: ['tts', 'llm'], handover: 'instead'})
    expect(() => chooseTarget('lmap', found)).toThrow('no service "lmap"')
  })

  it('must tell which command runs them', async () => {
    service('door', {}, {ring: {}, open: {}})
    await expect(findServicePlugins(base, [])).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringContaining('it has ring, open'),
    })
  })
})

describe('removeOldBuilds', () => {
  const name = (second: number, service = 'stt') => `june-${service}-20261126T14154${second}Z.tar.gz`
  const build = (tarball: string): void => {
    for (const ending of ['', '.sha256', '.sig', '.cdx.json']) put(tarball + ending, '')
  }
  const left = (): string[] =>
    readdirSync(base)
      .filter(file => file.endsWith('.gz'))
      .sort()

  it('keeps the last three of the service, with nothing of the others left', async () => {
    for (const second of [1, 2, 3, 4, 5]) build(name(second))
    for (const second of [1, 2, 3, 4]) build(name(second, 'stt-two'))
    expect(await removeOldBuilds(base, 'stt', {keep: 3, made: name(5)})).toEqual([name(1), name(2)])
    expect(left()).toEqual(
      [3, 4, 5].map(second => name(second)).concat([1, 2, 3, 4].map(second => name(second, 'stt-two'))),
    )
    expect(readdirSync(base).filter(file => file.includes('141541Z') && !file.includes('two'))).toEqual([])
  })

  it('never removes the one just made, whatever the clock says', async () => {
    for (const second of [1, 2, 3, 4]) build(name(second))
    await removeOldBuilds(base, 'stt', {keep: 3, made: name(1)})
    expect(left()).toEqual([name(1), name(3), name(4)])
  })

  it('counts only what is whole, and touches nothing else', async () => {
    for (const second of [1, 2, 3]) build(name(second))
    put(name(4), 'no digest beside it')
    put('june-stt-notes.tar.gz', '')
    expect(await removeOldBuilds(base, 'stt', {keep: 3, made: name(3)})).toEqual([])
    expect(left()).toHaveLength(5)
  })
})
