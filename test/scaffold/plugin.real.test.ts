// A third party's plugin: generated, compiled, tested by its own test, linked, and found by `essence build`.
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {freePort} from '../kit/free-port.ts'
import {essence, root, runProgram, runScript} from '../kit/run-essence.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const base = temporaryFolder()
const folder = join(base, 'door-bell')
/** Plugins that are linked are remembered here, and nowhere else. */
const env = {
  HOME: base,
  ESSENCE_DATA_DIR: join(base, 'data'),
  PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
  ENV_SH: '/dev/null',
}
const cli = (...args: string[]) => essence(args, env, base)
const json = async (...args: string[]) => {
  const {status, stdout, stderr} = await cli(...args, '--json')
  if (stdout === '') throw new Error(stderr)
  return {status, ...(JSON.parse(stdout) as {data: Record<string, unknown>; error?: {code: string; message: string}})}
}
const node = (...args: string[]) => runProgram(process.execPath, args, env, folder)

beforeAll(async () => {
  const {status, stderr} = await cli('generate', 'plugin', 'door-bell')
  expect({status, stderr}).toMatchObject({status: 0, stderr: expect.stringMatching(/essence plugins link \./)})
  const compiled = await node(join(root, 'node_modules/typescript/bin/tsc'))
  expect(compiled).toEqual({status: 0, stdout: '', stderr: ''})
  expect((await cli('plugins', 'link', folder, '--no-install')).status).toBe(0)
})

describe('a generated plugin', () => {
  it('is called by its name in every spelling, and nowhere by the name of the template', () => {
    const files = [
      'commands/door-bell.ts',
      'src/checks.ts',
      'src/service.ts',
      'src/settings.ts',
      'test/service.test.ts',
      'package.json',
      'README.md',
    ]
    const texts = files.map(path => readFileSync(join(folder, path), 'utf8')).join('\n')
    for (const name of ['essence-plugin-door-bell', 'class DoorBell ', 'doorBellService', 'DOOR_BELL_PORT']) {
      expect(texts).toContain(name)
    }
    expect(texts).not.toMatch(/hello/i)
    expect(existsSync(join(folder, '.gitignore'))).toBe(true)
  })

  it("passes its own test by npm's script, also where the Node.js of the machine is too old", async () => {
    const old = temporaryFolder()
    writeFileSync(join(old, 'node'), '#!/bin/sh\nexit 99\n', {mode: 0o755})
    const {scripts} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    // As npm runs a script: the programs of the folder first.
    const PATH = [join(folder, 'node_modules/.bin'), old, process.env['PATH']].join(':')
    const {status, stdout} = await runProgram('sh', ['-c', scripts.test], {...env, PATH}, folder)
    expect({status, stdout}).toMatchObject({status: 0, stdout: expect.stringMatching(/^# pass [1-9]|ℹ pass [1-9]/m)})
  })

  it('is a command once it is linked', async () => {
    expect((await cli('door-bell', '--help')).stdout).toContain('Run the door-bell service.')
  })

  it('says of its settings what is wrong with them', async () => {
    const {status, stdout} = await essence(['door-bell', '--json'], {...env, DOOR_BELL_PORT: 'front'}, base)
    expect({status, error: JSON.parse(stdout).error}).toMatchObject({status: 3, error: {code: 'CONFIG_INVALID'}})
  })

  describe('whose settings stand in .env', () => {
    const {ENV_SH: _, ...withoutFile} = env
    const file = join(base, '.env')
    const withLines = (lines: string, ...args: string[]) => {
      writeFileSync(file, lines)
      return essence(args, withoutFile, base)
    }
    afterAll(() => rmSync(file, {force: true}))

    it('reads them, and essence config shows them under its heading, with their line', async () => {
      const {status, stdout, stderr} = await withLines('\nDOOR_BELL_PORT=9123\n', 'config', '--service', 'door-bell')
      expect({status, stderr}).toEqual({status: 0, stderr: ''})
      expect(stdout).toContain('\n\nDoorBell\nDOOR_BELL_HOST')
      expect(stdout).toMatch(new RegExp(`^DOOR_BELL_PORT +9123 +${realpathSync(base)}/.env:2$`, 'm'))
    })

    it('listens where they say', async () => {
      const port = await freePort()
      writeFileSync(file, `DOOR_BELL_PORT=${port}\n`)
      const service = spawn(process.execPath, [runScript, 'door-bell'], {cwd: base, env: withoutFile, stdio: 'ignore'})
      const ended = once(service, 'close')
      await expect
        .poll(
          () =>
            fetch(`http://127.0.0.1:${port}/door-bell?name=Ada`).then(
              answer => answer.json(),
              () => null,
            ),
          {
            timeout: 20_000,
          },
        )
        .toEqual({greeting: 'Good day, Ada.'})
      service.kill('SIGTERM')
      expect(await ended).toEqual([0, null])
    })

    it.each(['door-bell', 'config', 'chat'])(
      'essence %s says what is wrong with them, with file and line',
      async command => {
        const {status, stdout} = await withLines('DOOR_BELL_PORT=front\n', command, '--json')
        expect(status).toBe(3)
        expect(JSON.parse(stdout).error).toMatchObject({
          code: 'CONFIG_INVALID',
          message: expect.stringContaining(`DOOR_BELL_PORT=front (${realpathSync(base)}/.env:1): expected a port`),
        })
      },
    )

    it('names a slip in them', async () => {
      const {stdout} = await withLines('DOOR_BEL_PORT=1\n', 'config', '--json')
      expect(JSON.parse(stdout).warnings).toEqual([expect.stringContaining('did you mean DOOR_BELL_PORT?')])
    })
  })

  it('is found by essence build', async () => {
    expect((await json('build', 'door-bell', '--dry-run')).data).toMatchObject({
      service: 'door-bell',
      command: ['door-bell'],
      engines: [],
    })
  })

  it('is found by its folder where it is not linked', async () => {
    const unlinked = {...env, ESSENCE_DATA_DIR: join(base, 'nobody')}
    const args = ['build', 'door-bell', '--dry-run', '--json']
    expect((await essence(args, unlinked, base)).status).toBe(2)
    expect((await essence([...args, '--plugin-dir', folder], unlinked, base)).status).toBe(0)
  })

  it('is pointed to this Essence again, by a link that npm keeps', async () => {
    const core = join(folder, 'node_modules/@essence/core')
    rmSync(core)
    const {data} = await json('generate', 'plugin', '--relink', '--dir', folder)
    expect(data['linked']).toContain('@essence/core')
    expect(lstatSync(core).isSymbolicLink()).toBe(true)
    const {devDependencies} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    expect(resolve(realpathSync(folder), devDependencies['@essence/core'].replace('file:', ''))).toBe(join(root, 'src'))
  })

  it('keeps what it installed itself', async () => {
    const own = join(folder, 'node_modules/typescript')
    rmSync(own)
    mkdirSync(own)
    expect((await json('generate', 'plugin', '--relink', '--dir', folder)).data['linked']).not.toContain('typescript')
    expect(lstatSync(own).isDirectory()).toBe(true)
  })
})

describe('what cannot be generated', () => {
  it.each([
    ['Door', 'cannot be the name'],
    ['door_bell', 'cannot be the name'],
    ['a--b', 'cannot be the name'],
    ['../up', 'cannot be the name'],
    ['gateway', '"gateway" is the name of a service already'],
    ['telegram', '"telegram" is the name of a service already'],
    ['chat', '"chat" is the name of a command already'],
    ['models', '"models" is the name of a topic of commands already'],
    ['core', '"core" is the name of the library already'],
  ])('%s', async (name, message) => {
    const {status, error} = await json('generate', 'plugin', name)
    expect({status, error}).toMatchObject({
      status: 2,
      error: {code: 'USAGE', message: expect.stringContaining(message)},
    })
  })

  it('into a folder with something in it', async () => {
    mkdirSync(join(base, 'full'))
    writeFileSync(join(base, 'full/mine.txt'), 'mine')
    const {error} = await json('generate', 'plugin', 'full')
    expect(error).toMatchObject({code: 'USAGE', message: expect.stringContaining('is not empty')})
  })

  it('relinked where no plugin is', async () => {
    expect((await json('generate', 'plugin', '--relink', '--dir', base)).error?.message).toContain('holds no plugin')
  })
})
