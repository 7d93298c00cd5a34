// Each fault a deploy can meet: one error, and the old release serves as before.
import {generateKeyPairSync} from 'node:crypto'
import {readlink, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {freePort} from '../../kit/free-port.ts'
import {bundleHostProgram, type HostFixture, makeHost, openHost, releaseFiles} from '../host/fixture.ts'
import {get} from '../supervisor/fixture.ts'
import {archive, manifestOf, releaseEntries, writeTarball} from '../tarball.ts'

let program: string
beforeAll(async () => {
  program = await bundleHostProgram()
})

const running = async (host: HostFixture) => (await host.perform('status', {service: 'echo'}))[0]?.running

const keys = () => {
  const {privateKey, publicKey} = generateKeyPairSync('ed25519')
  return {
    key: privateKey.export({type: 'pkcs8', format: 'pem'}).toString(),
    pub: publicKey.export({type: 'spki', format: 'pem'}).toString(),
  }
}

describe('a release that cannot be deployed leaves the old one serving', () => {
  let host: HostFixture
  let good: string
  let pid: number | undefined
  beforeAll(async () => {
    host = makeHost(program)
    const tarball = await host.tarball(1)
    good = tarball.build
    await host.deploy(tarball)
    pid = (await running(host))?.pid
  })
  beforeEach(() => {
    host.events.length = 0
  })
  afterAll(() => host.close())

  const faults: [name: string, make: (host: HostFixture) => Promise<unknown>, error: object][] = [
    [
      'wrong digest',
      async host => host.deploy({...(await host.tarball(2)), sha256: '0'.repeat(64)}),
      {code: 'DIGEST_MISMATCH', exit: 8},
    ],
    [
      'no tarball',
      async host => host.deploy({path: join(host.folder, 'none.tar.gz'), sha256: '0'.repeat(64)}),
      {code: 'INPUT_NOT_FOUND', exit: 2},
    ],
    [
      'truncated',
      async host =>
        host.deploy(await writeTarball(host.folder, archive(releaseEntries(releaseFiles(2))).subarray(0, 900))),
      {code: 'RELEASE_INVALID', exit: 8},
    ],
    [
      'tampered file',
      async host => {
        const entries = releaseEntries(releaseFiles(2)).map(entry =>
          entry.path.endsWith('number.txt') ? {...entry, content: '3'} : entry,
        )
        return host.deploy(await writeTarball(host.folder, archive(entries)))
      },
      {code: 'RELEASE_INVALID', message: expect.stringContaining('number.txt')},
    ],
    [
      'symbolic link',
      async host =>
        host.deploy(
          await writeTarball(
            host.folder,
            archive([
              ...releaseEntries(releaseFiles(2)),
              {path: 'june-echo/out', type: 'SymbolicLink', linkpath: '/etc'},
            ]),
          ),
        ),
      {code: 'RELEASE_INVALID'},
    ],
    [
      'another platform',
      async host => host.deploy(await host.tarball(2, {manifest: {platform: {os: 'linux', arch: 'mips'}}})),
      {code: 'RELEASE_UNFIT', exit: 3},
    ],
    [
      'a newer Node.js',
      async host => host.deploy(await host.tarball(2, {manifest: {node: {range: '>=99'}}})),
      {code: 'RELEASE_UNFIT', exit: 3},
    ],
    [
      'another service',
      async host => {
        const files = releaseFiles(2)
        return host.deploy(
          await writeTarball(host.folder, archive(releaseEntries(files, manifestOf(files, {service: 'other'})))),
        )
      },
      {code: 'RELEASE_UNFIT', message: expect.stringContaining('a release of other')},
    ],
    [
      'a module that does not load',
      async host => host.deploy(await host.tarball(2, {behaviour: 'unloadable'})),
      {code: 'RELEASE_UNFIT'},
    ],
    [
      'a command it does not have',
      async host => host.deploy(await host.tarball(2, {manifest: {command: ['none-service']}})),
      {code: 'RELEASE_UNFIT', message: expect.stringContaining('none-service')},
    ],
    [
      'an environment file that no shell can read',
      async host => {
        const envFile = join(host.folder, 'unclosed.env')
        await writeFile(envFile, "NAME=x\nTOKEN='abc\n")
        return host.deploy(await host.tarball(2), {envFile})
      },
      {code: 'CONFIG_INVALID', exit: 3, message: expect.stringMatching(/unclosed\.env, at line \d or before\.$/)},
    ],
    [
      'ENV_SH that is missing',
      async host => host.deploy(await host.tarball(2), {envFile: '/not/there.env'}),
      {code: 'CONFIG_INVALID', exit: 3},
    ],
    [
      'settings that are not valid',
      async host => host.deploy(await host.tarball(2, {behaviour: 'misconfigured'})),
      {code: 'CONFIG_INVALID', message: 'FIXTURE_PORT is "x".'},
    ],
    [
      'exits at once',
      async host => host.deploy(await host.tarball(2, {behaviour: 'exits'})),
      {code: 'DEPLOY_FAILED', exit: 6},
    ],
    [
      'health never comes',
      async host => host.deploy(await host.tarball(2, {behaviour: 'never'}), {readyMs: 400}),
      {code: 'DEPLOY_FAILED', message: expect.stringContaining('400 ms')},
    ],
    [
      'health of another build',
      async host => host.deploy(await host.tarball(2, {behaviour: 'wrong'})),
      {code: 'DEPLOY_FAILED', message: expect.stringContaining('20000101-000000-00000000')},
    ],
    [
      'ready, but not for long',
      async host => host.deploy(await host.tarball(2, {behaviour: 'fades'}), {settleMs: 2000}),
      {code: 'DEPLOY_FAILED'},
    ],
    [
      'not signed, a key asked for',
      async host => host.deploy(await host.tarball(2), {signature: {value: '', publicKey: keys().pub}}),
      {code: 'SIGNATURE_INVALID', exit: 8},
    ],
  ]
  it.each(faults)('%s', async (_, fault, error) => {
    await expect(fault(host)).rejects.toMatchObject(error)
    expect(await running(host)).toMatchObject({state: 'ready', build: good, pid})
    expect(await readlink(host.layout.current)).toBe(`releases/${good}`)
    expect(await host.perform('lockStatus', {service: 'echo'})).toEqual({free: true})
    expect((await host.folders()).filter(name => name.startsWith('.'))).toEqual([])
    expect((await host.history()).at(-1)).toMatchObject({
      action: 'deploy',
      ok: false,
      error: expect.stringContaining(':'),
    })
    expect(host.events.filter(event => event.type === 'step' && event.state === 'failed')).toHaveLength(1)
  })

  it('and its last lines are shown', async () => {
    await expect(host.deploy(await host.tarball(2, {behaviour: 'exits'}))).rejects.toThrow()
    const lines = host.events.flatMap(event => (event.type === 'log' ? event.lines : []))
    expect(lines.join('\n')).toContain('MODEL_MISSING')
  })

  it('a port that somebody else holds', async () => {
    const host = openHost(program)
    const other = createServer().listen(0, '127.0.0.1')
    const port = await freePort()
    const manifest = {ports: [{host: 'FIXTURE_HOST', port: 'FIXTURE_PORT'}]}
    await host.deploy(await host.tarball(1, {manifest}), {envFile: await host.envFile({FIXTURE_PORT: port})})
    expect(await get(port)).toContain('20260101-000001')
    const taken = (other.address() as {port: number}).port
    const deploying = host.deploy(await host.tarball(2, {manifest}), {
      envFile: await host.envFile({FIXTURE_PORT: taken}),
    })
    await expect(deploying).rejects.toMatchObject({code: 'PORT_IN_USE', exit: 7})
    expect(await get(port)).toContain('20260101-000001')
    other.close()
  })
})
