// run.sh of a release, with stand-ins for Node.js that say what they were given.
import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {chmodSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {writeLauncher} from '@essence/core/release/packaging/collect/launcher'
import {beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {root} from '../../kit/run-essence.ts'
import {temporaryFolder} from '../../temporary-folder.ts'

const base = realpathSync(temporaryFolder())
const release = join(base, 'release')
const bin = join(base, 'bin')
const build = '20261126-141548-1a2b3c4d'

/** Every shell that is here and reads POSIX: what works in bash alone would show. */
const shells = ['sh', 'dash', 'bash', 'busybox'].filter(
  name => spawnSync(name, ['-c', ':']).status === 0 || name === 'sh',
)
const target = {
  service: 'telegram',
  command: ['telegram-service'],
  engines: [],
  handover: 'instead' as const,
  ports: [],
  requires: [],
  plugins: [],
}

/** A Node.js of a version; asked to run something, it says what, and what it sees. */
const node = (path: string, version: string): void => {
  mkdirSync(join(path, '..'), {recursive: true})
  writeFileSync(
    path,
    `#!/bin/sh
if [ "$1" = --version ]; then echo v${version}; exit; fi
echo "node ${version} pid $$"
for each in "$@"; do echo "arg $each"; done
env | grep -E '^(ESSENCE_|JUNE_|A_|NODE_CHANNEL)' | LC_ALL=C sort
exit 7
`,
  )
  chmodSync(path, 0o755)
}

const run = (env: Record<string, string>, args: string[] = [], shell = 'sh') => {
  const words = shell === 'busybox' ? ['sh'] : []
  const {status, stdout, stderr} = spawnSync(shell, [...words, join(release, 'run.sh'), ...args], {
    cwd: base,
    env: {PATH: `${bin}:/usr/bin:/bin`, ...env},
    encoding: 'utf8',
  })
  return {status, stderr, lines: stdout.trimEnd().split('\n')}
}

beforeAll(async () => {
  mkdirSync(release)
  await writeLauncher(root, release, {target, range: '>=22.19', bundled: 'runtime/bin/node'})
  writeFileSync(join(release, 'manifest.json'), `{\n  "format": 1,\n  "build": "${build}",\n  "files": [\n  ]\n}\n`)
})
beforeEach(() => {
  for (const path of [bin, join(release, 'runtime'), join(release, '.env')])
    rmSync(path, {recursive: true, force: true})
  node(join(bin, 'node'), '22.19.0')
})

it('is clean to shellcheck', () => {
  const {status, stdout, error} = spawnSync('shellcheck', ['--shell=sh', join(release, 'run.sh')], {encoding: 'utf8'})
  expect(error).toBeUndefined()
  expect({status, stdout}).toEqual({status: 0, stdout: ''})
})

describe.each(shells)('in %s', shell => {
  it('runs the command of the service, with what it was given', () => {
    const {status, stderr, lines} = run({SERVICE_NAME: 'telegram'}, ['--port', '9 0', ''], shell)
    expect({status, stderr}).toEqual({status: 7, stderr: ''})
    expect(lines.slice(1)).toEqual([
      `arg ${release}/bin/run.js`,
      'arg telegram-service',
      'arg --port',
      'arg 9 0',
      'arg ',
      `ESSENCE_BUILD=${build}`,
      `ESSENCE_DATA_DIR=${release}/plugins`,
    ])
  })

  it('runs any other command', () => {
    expect(run({SERVICE_NAME: 'config'}, ['--json'], shell).lines.slice(1, 4)).toEqual([
      `arg ${release}/bin/run.js`,
      'arg config',
      'arg --json',
    ])
  })

  it('says that SERVICE_NAME is missing', () => {
    const {status, stderr, lines} = run({}, [], shell)
    expect({status, lines}).toEqual({status: 2, lines: ['']})
    expect(stderr).toContain('SERVICE_NAME is not set')
    expect(stderr).toContain('SERVICE_NAME=telegram ./run.sh')
  })

  it('exports what ENV_SH assigns, and says on standard error where from', () => {
    const file = join(base, 'env.sh')
    writeFileSync(file, "A_ONE=1\nexport A_TWO='two words'\nA_THREE=$A_UNSET$A_ONE\nfalse\n")
    const {status, stderr, lines} = run({SERVICE_NAME: 'telegram', ENV_SH: file}, [], shell)
    expect({status, stderr}).toEqual({status: 7, stderr: `Sourcing environment from: ${file}\n`})
    expect(lines).toEqual(expect.arrayContaining(['A_ONE=1', 'A_TWO=two words', 'A_THREE=1']))
  })
})

describe('the environment', () => {
  it('is that of .env beside it where ENV_SH names none', () => {
    writeFileSync(join(release, '.env'), 'A_ONE=local\n')
    const {stderr, lines} = run({SERVICE_NAME: 'telegram'})
    expect(stderr).toBe(`Sourcing environment from: ${release}/.env\n`)
    expect(lines).toContain('A_ONE=local')
  })

  it('is that of ENV_SH alone where both are there', () => {
    writeFileSync(join(release, '.env'), 'A_ONE=local\nA_TWO=local\n')
    writeFileSync(join(base, 'env.sh'), 'A_ONE=named\n')
    // Without a slash a shell would look for it along PATH.
    const {lines} = run({SERVICE_NAME: 'telegram', ENV_SH: 'env.sh'})
    expect(lines).toContain('A_ONE=named')
    expect(lines).not.toContain('A_TWO=local')
  })

  it.each([
    ['is not there', 'nowhere.sh'],
    ['is a folder', '.'],
  ])('stops when the file %s', (_, file) => {
    const {status, stderr, lines} = run({SERVICE_NAME: 'telegram', ENV_SH: file})
    expect({status, lines}).toEqual({status: 3, lines: ['']})
    expect(stderr).toContain(`ENV_SH is ${file}, which is no file`)
  })

  it('can carry SERVICE_NAME to nobody: what runs was named before', () => {
    writeFileSync(join(base, 'env.sh'), 'SERVICE_NAME=config\n')
    expect(run({ENV_SH: join(base, 'env.sh')}).status).toBe(2)
  })
})

describe('Node.js', () => {
  it('is the one inside where there is one', () => {
    node(join(release, 'runtime/bin/node'), '24.21.0')
    expect(run({SERVICE_NAME: 'telegram'}).lines[0]).toMatch(/^node 24\.21\.0 /)
  })

  it.each(['22.19.0', '22.20.1', '23.0.0', '100.1.2'])('%s is new enough', version => {
    node(join(bin, 'node'), version)
    expect(run({SERVICE_NAME: 'telegram'}).lines[0]).toMatch(`node ${version} `)
  })

  it.each(['22.18.9', '20.20.2', '9.99.0', 'next'])('%s is not', version => {
    node(join(bin, 'node'), version)
    const {status, stderr, lines} = run({SERVICE_NAME: 'telegram'})
    expect(lines[0]).not.toContain(version)
    // What the machine has elsewhere, outside of PATH, may be new enough.
    if (status !== 0) {
      expect(status).toBe(3)
      expect(stderr).toContain(`${bin}/node (v${version})`)
      expect(stderr).toContain('essence build telegram --with-node')
    }
  })
})

describe('the process', () => {
  it('is the one that was started: its pid, its descriptors and the channel of Node.js stay', async () => {
    node(join(bin, 'node'), '22.19.0')
    const child = spawn(join(release, 'run.sh'), {
      env: {PATH: `${bin}:/usr/bin:/bin`, SERVICE_NAME: 'telegram', NODE_CHANNEL_FD: '5'},
      stdio: ['ignore', 'pipe', 'pipe', 'ignore', 'ignore', 'pipe'],
    })
    let out = ''
    child.stdout?.setEncoding('utf8').on('data', text => {
      out += text
    })
    await once(child, 'close')
    expect(out.split('\n')[0]).toBe(`node 22.19.0 pid ${child.pid}`)
    expect(out).toContain('NODE_CHANNEL_FD=5')
  })

  it('runs from its own release although it was started through a link', () => {
    rmSync(join(base, 'current'), {force: true})
    symlinkSync('release', join(base, 'current'))
    const {stdout} = spawnSync(join(base, 'current/run.sh'), {
      env: {PATH: `${bin}:/usr/bin:/bin`, SERVICE_NAME: 'telegram'},
      encoding: 'utf8',
    })
    expect(stdout).toContain(`arg ${release}/bin/run.js`)
  })
})
