// bin/setup.sh in a tree of its own, with programs that only write down how they were called.
import {execFileSync, spawnSync} from 'node:child_process'
import {cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs'
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
/** Sets a file's date to so many seconds from now. */
const date = (path: string, seconds: number): void => {
  const time = Date.now() / 1000 + seconds
  utimesSync(at(path), time, time)
}
const called = (): string[] => (existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8').trim().split('\n') : [])

const builds = [
  'node node_modules/typescript/bin/tsc -b',
  'node tools/write-manifests.ts',
  'node tools/write-host-program.ts',
  'node tools/write-blank-database.ts',
  'node node_modules/vite/bin/vite.js build plugins/webapp/page --logLevel error',
]
const install = 'node bin/install.ts user'

beforeEach(() => {
  tree = temporaryFolder(all)
  cpSync(join(root, 'bin/setup.sh'), at('bin/setup.sh'))
  cpSync(join(root, 'bin/essence'), at('bin/essence'))
  for (const file of [
    'package.json',
    'package-lock.json',
    'src/kit/a.ts',
    'commands/hello.ts',
    'plugins/p/commands/x.ts',
    'plugins/p/page/x.tsx',
  ]) {
    write(file)
    date(file, -100)
  }
  const record = (name: string) => `echo "${name} $*" >>'${at('calls')}'`
  write(
    'path/node',
    `#!/bin/sh\n[ "$1" = -p ] && { echo "\${VERSION:-24.1.0}"; exit; }\n${record('node')}
[ "$1" = bin/install.ts ] && { echo "$2" >'${at('.essence/installed')}'; exit "\${REFUSES:-0}"; }\nexit "\${FAILS:-0}"\n`,
    0o755,
  )
  write('path/npm', `#!/bin/sh\n${record('npm')}\n`, 0o755)
})

const env = () => ({PATH: `${at('path')}:/usr/bin:/bin`})
const setUp = (more = {}) => runProgram('sh', [at('bin/setup.sh'), 'prepare'], {...env(), ...more}, tree)
/** Whether the script finds everything in place. */
const isPrepared = (): boolean => {
  const source = `essence_root='${tree}'; . '${at('bin/setup.sh')}'; prepared`
  return spawnSync('sh', ['-euc', source], {env: env()}).status === 0
}

describe('bin/setup.sh', () => {
  it('installs and builds at the first start, and does nothing at the next', async () => {
    expect(isPrepared()).toBe(false)
    expect(await setUp()).toMatchObject({status: 0, stdout: ''})
    expect(called()).toEqual([install, ...builds])
    expect(isPrepared()).toBe(true)
    expect(await setUp()).toEqual({status: 0, stdout: '', stderr: ''})
    expect(called()).toEqual([install, ...builds])
  })

  it.each<[string, () => void]>([
    ['changed', () => date('src/kit/a.ts', 100)],
    ['changed in a plugin', () => date('plugins/p/commands/x.ts', 100)],
    ['changed in the page', () => date('plugins/p/page/x.tsx', 100)],
    [
      'added, as old as it may be',
      () => {
        write('commands/more.ts')
        date('commands/more.ts', -1000)
      },
    ],
    ['deleted', () => rmSync(at('commands/hello.ts'))],
  ])('builds again, and only that, when a source was %s', async (_, change) => {
    await setUp()
    change()
    expect(isPrepared()).toBe(false)
    await setUp()
    expect(called()).toEqual([install, ...builds, ...builds])
  })

  it.each([
    'src/dist/kit/a.d.ts',
    'plugins/p/dist/x.json',
    'plugins/p/node_modules/y/index.d.ts',
    'plugins/p/oclif.manifest.json',
    'plugins/gateway/public/index.html',
    'src/notes.txt',
  ])('takes %s for no source', async file => {
    await setUp()
    write(file)
    date(file, 100)
    expect(isPrepared()).toBe(true)
  })

  it('installs again when the lock file changed', async () => {
    await setUp()
    date('package-lock.json', 100)
    expect(isPrepared()).toBe(false)
    await setUp()
    expect(called().filter(call => call === install)).toHaveLength(2)
  })

  it("brings a developer's tools at the first test, and keeps them", async () => {
    const setUpFor = (task: string) => runProgram('sh', [at('bin/setup.sh'), task], env(), tree)
    await setUp()
    expect(await setUpFor('test')).toMatchObject({status: 0})
    expect(await setUpFor('check')).toMatchObject({status: 0})
    date('package-lock.json', 100)
    await setUp()
    const developer = 'node bin/install.ts developer'
    expect(called().filter(call => call.includes('install.ts'))).toEqual([install, developer, developer])
  })

  it("takes the stamp of a time when everything was installed for a developer's", async () => {
    await setUp()
    write('.essence/installed')
    await runProgram('sh', [at('bin/setup.sh'), 'test'], env(), tree)
    expect(called().filter(call => call.includes('install.ts'))).toEqual([install])
  })

  it('installs anew when asked to', async () => {
    await setUp()
    expect(await runProgram('sh', [at('bin/setup.sh'), 'install'], env(), tree)).toMatchObject({status: 0})
    expect(called().filter(call => call === install)).toHaveLength(2)
  })

  it('says so when the packages cannot be installed, and does not build', async () => {
    const {status, stderr} = await setUp({REFUSES: '1'})
    expect(status).toBe(3)
    expect(stderr).toContain('the dependencies could not be installed')
    expect(called()).toEqual([install])
  })

  it('is not prepared by a Node.js that is gone', async () => {
    await setUp()
    rmSync(at('path/node'))
    expect(isPrepared()).toBe(false)
  })

  it('says so when the build fails, and does not take it for built', async () => {
    const {status, stderr} = await setUp({FAILS: '1'})
    expect(status).toBe(3)
    expect(stderr).toContain('the build failed')
    expect(isPrepared()).toBe(false)
    expect(existsSync(at('.essence/lock'))).toBe(false)
  })

  it('two at once set up once', async () => {
    const both = await Promise.all([setUp(), setUp()])
    expect(both.map(({status}) => status)).toEqual([0, 0])
    expect(called()).toEqual([install, ...builds])
  })

  it('takes over from a set-up that died', async () => {
    const dead = spawnSync('sh', ['-c', 'echo $$'], {encoding: 'utf8'}).stdout
    write('.essence/lock/pid', dead)
    expect(await setUp()).toMatchObject({status: 0})
    expect(existsSync(at('.essence/lock'))).toBe(false)
  })

  it('gets a newer Node.js where the machine’s is too old, and says what is wrong when there is none', async () => {
    const {status, stderr} = await setUp({VERSION: '20.11.1'})
    expect(status).toBe(3)
    expect(stderr).toContain("this machine's Node.js is 20.11.1; getting a newer one")
    expect(stderr).toContain('there is no packaged Node.js for this machine')
    expect(called()).toEqual([expect.stringMatching(/^npm .* --prefix .*bin\/runtime /)])
  })

  it('knows its tasks', async () => {
    const {status, stderr} = await runProgram('sh', [at('bin/setup.sh'), 'tset'], env(), tree)
    expect({status, stderr}).toMatchObject({status: 3, stderr: expect.stringContaining('unknown task: tset')})
  })
})

describe('bin/essence', () => {
  it('starts the CLI of its tree with what it was given, also through a link', async () => {
    await setUp()
    mkdirSync(at('elsewhere'))
    symlinkSync('../bin/essence', at('elsewhere/essence'))
    const {status} = await runProgram('sh', [at('elsewhere/essence'), 'say', 'a b'], env(), '/')
    expect(status).toBe(0)
    expect(called().at(-1)).toBe(`node ${at('bin/run.js')} say a b`)
  })
})

const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0

it.skipIf(!hasShellcheck)('shellcheck finds nothing (skipped where shellcheck is missing)', () => {
  const files = ['bin/setup.sh', 'bin/essence']
  expect(() => execFileSync('shellcheck', ['-x', ...files], {cwd: root, encoding: 'utf8'})).not.toThrow()
})
