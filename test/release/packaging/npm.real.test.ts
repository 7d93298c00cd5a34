// What is said when npm cannot do its part, with stand-ins for npm that fail as it does.

import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, watch, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {text} from 'node:stream/consumers'
import {isAlive} from '@essence/core/kit/process/identity'
import {npm} from '@essence/core/release/packaging/npm/npm'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {openSmallDisk} from '../../kit/files/small-disk.ts'
import {root, runScript} from '../../kit/run-essence.ts'
import {temporaryFolder} from '../../temporary-folder.ts'

let base = ''
const usualPath = process.env['PATH']
beforeEach(() => {
  base = temporaryFolder()
  mkdirSync(join(base, 'bin'))
})
afterEach(() => {
  process.env['PATH'] = usualPath
})

const standIn = (script: string): string => {
  const path = join(base, 'bin/npm')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return `${join(base, 'bin')}:/usr/bin:/bin`
}

describe('npm', () => {
  const failures: [what: string, said: string, code: string, message: RegExp][] = [
    [
      'the registry is out of reach',
      'npm error code ENOTFOUND\nnpm error network getaddrinfo',
      'REMOTE_UNREACHABLE',
      /registry cannot be reached/,
    ],
    [
      'offline, and not in the cache',
      'npm error code ENOTCACHED',
      'REMOTE_UNREACHABLE',
      /not every package is in the cache/,
    ],
    ['the disk is full', 'npm error code ENOSPC\nnpm error nospc There appears', 'DISK_FULL', /disk is full/],
    [
      'a package is another one',
      'npm error code EINTEGRITY\nnpm error sha512-a integrity checksum failed',
      'DIGEST_MISMATCH',
      /not the one of the lock file \(sha512-a integrity/,
    ],
    [
      'anything else',
      'npm error code EUSAGE\nnpm error Missing: left-pad from lock file\nnpm error A complete log of this run can be found in: x',
      'BUILD_FAILED',
      /npm ci failed: Missing: left-pad from lock file$/,
    ],
    ['it says nothing', '', 'BUILD_FAILED', /npm ci failed: status 1$/],
  ]
  it.each(failures)('%s', async (_, said, code, message) => {
    process.env['PATH'] = standIn(`cat >&2 <<'end'\n${said}\nend\nexit 1`)
    await expect(npm(['ci'], base)).rejects.toMatchObject({code, message: expect.stringMatching(message)})
  })

  it('is not there', async () => {
    process.env['PATH'] = join(base, 'bin')
    await expect(npm(['ci'], base)).rejects.toMatchObject({code: 'PROGRAM_MISSING'})
  })

  it('gives what it writes', async () => {
    process.env['PATH'] = standIn('echo "$@"; pwd')
    expect(await npm(['sbom', '--x'], base)).toBe(`sbom --x\n${realpathSync(base)}\n`)
  })
})

describe('Ctrl-C during a build', () => {
  it('ends it, and leaves neither a stage nor half a tarball', async () => {
    const [stages, output] = [join(base, 'stages'), join(base, 'out')]
    mkdirSync(stages)
    const started = join(base, 'started')
    const path = standIn(`echo $$ >>'${started}'; exec sleep 600`)
    const child = spawn(process.execPath, [runScript, 'build', 'telegram', '--output', output, '--json'], {
      cwd: root,
      env: {PATH: `${dirname(process.execPath)}:${path}`, HOME: base, TMPDIR: stages},
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const ended = once(child, 'close')
    // Once npm runs, the stage is there.
    const running = async (): Promise<void> => {
      for await (const _ of watchFor(base)) if (existsSync(started) && readFileSync(started, 'utf8') !== '') return
    }
    const tooEarly = ended.then(() => Promise.reject(new Error('The build ended before npm was started.')))
    await Promise.race([running(), tooEarly])
    tooEarly.catch(() => {})
    expect(readdirSync(stages).filter(name => name.startsWith('essence-build-'))).toHaveLength(1)
    child.kill('SIGINT')
    const [status] = await ended
    expect(status).toBe(130)
    expect(readdirSync(stages).filter(name => name.startsWith('essence-build-'))).toEqual([])
    expect(readdirSync(output)).toEqual([])
    for (const pid of readFileSync(started, 'utf8').trim().split('\n')) {
      expect(await isAlive({pid: Number(pid), started: ''})).toBe(false)
    }
  })
})

/** An npm that installs nothing, and whose bill of materials is empty. */
const npmOfNothing = (): string => {
  const component = {'bom-ref': 'essence@1', name: 'essence'}
  const bill = JSON.stringify({bomFormat: 'CycloneDX', metadata: {component}, components: []})
  return standIn(`[ "$1" = ci ] || echo '${bill}'`)
}

const build = async (args: string[], env: NodeJS.ProcessEnv): Promise<{error?: {code: string; message: string}}> => {
  const child = spawn(process.execPath, [runScript, 'build', ...args, '--json'], {
    cwd: root,
    env: {HOME: base, ...env},
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return JSON.parse(await text(child.stdout))
}

it('a secret in the package file of a plugin stops the build', async () => {
  const plugin = join(base, 'plugin')
  mkdirSync(join(plugin, 'dist/commands'), {recursive: true})
  const token = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`
  const about = {
    ...{name: '@acme/plugin-lamp', version: '1.0.0', type: 'module', files: ['dist'], essence: {}},
    repository: `https://${token}@github.com/acme/lamp`,
    oclif: {commands: './dist/commands'},
  }
  writeFileSync(join(plugin, 'package.json'), JSON.stringify(about))
  writeFileSync(join(plugin, 'dist/commands/lamp.js'), 'export default class Lamp { static run() {} }\n')
  const output = join(base, 'out')
  const PATH = `${dirname(process.execPath)}:${npmOfNothing()}`
  const {error} = await build(['lamp', '--plugin-dir', plugin, '--output', output], {PATH, TMPDIR: base})
  expect(error).toMatchObject({
    code: 'SECRET_FOUND',
    message: expect.stringContaining('node_modules/@acme/plugin-lamp/package.json:'),
  })
  expect(error?.message).not.toContain(token)
  expect(readdirSync(output)).toEqual([])
})

const disk = openSmallDisk()

describe(`a full disk${disk.whyNot}`, () => {
  it.skipIf(!disk.mounted)('is told, and nothing is left on it', async () => {
    const output = join(base, 'out')
    const PATH = `${dirname(process.execPath)}:${npmOfNothing()}`
    const env = {PATH, TMPDIR: disk.folder, NODE_DISABLE_COMPILE_CACHE: '1'}
    const {error} = await build(['telegram', '--output', output], env)
    expect(error).toMatchObject({code: 'DISK_FULL', suggestions: [expect.stringContaining('TMPDIR')]})
    expect(readdirSync(disk.folder)).toEqual([])
    expect(readdirSync(output)).toEqual([])
  })
})

/** Once at the start, then whenever something changes in a folder. */
async function* watchFor(folder: string): AsyncGenerator<void> {
  const watcher = watch(folder)
  try {
    yield
    for (;;) {
      await once(watcher, 'change')
      yield
    }
  } finally {
    watcher.close()
  }
}
