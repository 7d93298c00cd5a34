// bin/install.ts in a tree of its own: a lock file of nothing but a workspace, and an npm that leaves packages behind.
import {cpSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {beforeEach, describe, expect, it} from 'vitest'
import {root, runProgram} from '../kit/run-essence.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const all = temporaryFolder()

let tree: string
const at = (path: string): string => join(tree, path)
const write = (path: string, text = '', mode = 0o644): void => {
  mkdirSync(dirname(at(path)), {recursive: true})
  writeFileSync(at(path), text, {mode})
}

const lock = {
  name: 'essence',
  lockfileVersion: 3,
  packages: {
    '': {
      name: 'essence',
      workspaces: ['src'],
      dependencies: {'@essence/core': '^1'},
      devDependencies: {builder: '^1', tester: '^1'},
    },
    src: {name: '@essence/core', dependencies: {engine: '^1'}},
    'node_modules/@essence/core': {resolved: 'src', link: true},
    'node_modules/builder': {version: '1.0.0', dev: true},
    'node_modules/tester': {version: '1.0.0', dev: true},
    'node_modules/engine': {version: '1.0.0'},
  },
}
const groups = {
  enginePackages: {stt: [], tts: [], llm: [], store: []},
  gpuPackages: {cuda: [], vulkan: []},
  unusedPackages: [],
  buildPackages: ['builder'],
}
const other = process.platform === 'darwin' ? 'linux' : 'darwin'

/** The files it runs from: its own, and those that it imports. */
const files = [
  'bin/install.ts',
  'src/compute/gpu-presence.ts',
  'src/kit/errors.ts',
  'src/release/engine-names.ts',
  ...['package-groups', 'plan-install', 'platform', 'prune-lock'].map(name => `src/release/packaging/npm/${name}.ts`),
  'src/release/packaging/collect/travels.ts',
]

beforeEach(() => {
  tree = temporaryFolder(all)
  for (const file of files) cpSync(join(root, file), at(file))
  write('package.json', '{"type": "module"}')
  write('package-lock.json', JSON.stringify(lock))
  write('src/package.json', JSON.stringify({type: 'module', essence: groups}))
  write(
    'path/npm',
    `#!/bin/sh
cp package-lock.json '${at('asked.json')}'
mkdir -p node_modules/engine/bin/${process.platform} node_modules/engine/bin/${other} src/node_modules/nested
touch node_modules/engine/index.js node_modules/engine/bin/${process.platform}/a.node node_modules/engine/bin/${other}/a.node
touch node_modules/engine/history.bundle
exit "\${REFUSES:-0}"
`,
    0o755,
  )
})

const install = (profile: string, env = {}) =>
  runProgram(process.execPath, [at('bin/install.ts'), profile], {PATH: `${at('path')}:/usr/bin:/bin`, ...env}, tree)
const asked = (): string[] => Object.keys(JSON.parse(readFileSync(at('asked.json'), 'utf8')).packages)

describe('bin/install.ts', () => {
  it('installs what a user needs, and notes it down', async () => {
    const {status, stderr} = await install('user')
    expect({status, stderr}).toMatchObject({status: 0, stderr: expect.stringMatching(/about \d+ MB/)})
    expect(asked()).toEqual(['', 'node_modules/@essence/core', 'node_modules/builder', 'node_modules/engine', 'src'])
    expect(readFileSync(at('.essence/installed'), 'utf8')).toMatch(/^user\b/)
    expect(existsSync(at('src/node_modules/nested'))).toBe(true)
  })

  it('installs what a developer needs besides', async () => {
    expect(await install('developer')).toMatchObject({status: 0})
    expect(asked()).toContain('node_modules/tester')
    expect(readFileSync(at('.essence/installed'), 'utf8')).toMatch(/^developer\b/)
  })

  it('keeps no native files of other systems and no sources to compile from', async () => {
    await install('user')
    const kept = ['index.js', `bin/${process.platform}/a.node`, `bin/${other}/a.node`, 'history.bundle'].map(file =>
      existsSync(at(`node_modules/engine/${file}`)),
    )
    expect(kept).toEqual([true, true, false, false])
  })

  it('replaces what was installed as a whole, and leaves nothing behind', async () => {
    write('node_modules/gone/index.js')
    await install('user')
    expect(existsSync(at('node_modules/gone'))).toBe(false)
    expect(existsSync(at('.essence/install'))).toBe(false)
    expect(existsSync(at('.essence/replaced'))).toBe(false)
  })

  it('leaves what was installed as it is where npm fails', async () => {
    await install('user')
    write('node_modules/kept/index.js')
    expect(await install('developer', {REFUSES: '1'})).toMatchObject({status: 1})
    expect(existsSync(at('node_modules/kept/index.js'))).toBe(true)
    expect(readFileSync(at('.essence/installed'), 'utf8')).toMatch(/^user\b/)
  })
})
