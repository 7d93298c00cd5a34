import {execFileSync} from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir, userInfo} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished} from 'vitest'
import type {HostEvent} from '../../../src/release/host/operations.ts'
import type {HostSession} from '../../../src/release/host-session.ts'
import {Passphrases} from '../../../src/release/ssh/passphrases.ts'
import {openSshHost, type SshHostOptions} from '../../../src/release/ssh/session.ts'
import {type KeyPair, makeKey, type Sshd, sshdMissing, startSshd} from '../../peers/sshd.ts'
import {bundleHostProgram, type HostFixture, inputOf, makeHost} from '../host/fixture.ts'
import {sha256Of} from '../tarball.ts'

const folder = mkdtempSync(join(tmpdir(), 'ssh-session-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))
const skipped = sshdMissing ? ` (skipped: ${sshdMissing})` : ''

describe.skipIf(skipped)(`a host behind sshd${skipped}`, () => {
  let sshd: Sshd
  let bare: Sshd
  let key: KeyPair
  let program: string
  let host: HostFixture
  let root: string

  beforeAll(async () => {
    key = makeKey(folder, 'key')
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    symlinkSync(process.execPath, join(bin, 'node'))
    const authorized = [key.publicKey]
    program = await bundleHostProgram(folder)
    sshd = await startSshd(join(folder, 'sshd'), {authorized, path: `${bin}:/usr/bin:/bin`})
    // Programs of the system that a shell needs, and no Node.js; a login shell finds none either.
    const tools = join(folder, 'tools')
    mkdirSync(tools)
    for (const tool of ['sh', 'id', 'uname', 'mkdir', 'cat', 'chmod', 'mv', 'rm', 'tail']) {
      symlinkSync(execFileSync('sh', ['-c', `command -v ${tool}`], {encoding: 'utf8'}).trim(), join(tools, tool))
    }
    const shell = join(folder, 'login-shell')
    writeFileSync(shell, '#!/bin/sh\nexit 1\n', {mode: 0o755})
    bare = await startSshd(join(folder, 'bare'), {authorized, path: tools, settings: [`SetEnv SHELL=${shell}`]})
  })
  afterAll(async () => {
    await sshd.stop()
    await bare.stop()
  })
  beforeEach(() => {
    root = mkdtempSync(join(folder, 'root-'))
    host = makeHost(program, root)
    onTestFinished(host.close)
  })

  const open = async ({port, hostKeys}: Sshd, options: Partial<SshHostOptions> = {}): Promise<HostSession> => {
    const configFile = join(folder, 'config')
    const known = join(folder, 'known_hosts')
    appendFileSync(known, `[127.0.0.1]:${port} ${hostKeys[0]?.publicKey}\n`)
    writeFileSync(
      configFile,
      `UserKnownHostsFile ${known}\nGlobalKnownHostsFile none\nIdentityFile ${key.path}\nIdentitiesOnly yes\n`,
    )
    const session = await openSshHost(`${userInfo().username}@127.0.0.1:${port}`, {
      passphrases: new Passphrases(),
      place: {configFile, env: {PATH: process.env['PATH']}},
      root,
      program,
      ...options,
    })
    onTestFinished(() => session.close())
    return session
  }
  const sizeOf = (path: string): number => statSync(path).size
  const send = (
    session: HostSession,
    tarball: {path: string; sha256: string},
    progress: number[] = [],
  ): Promise<string> =>
    session.upload(
      {...tarball, service: 'echo', size: sizeOf(tarball.path)},
      {onProgress: bytes => void progress.push(bytes)},
    )

  it('tells what it is, and keeps the host program by its digest', async () => {
    const session = await open(sshd)
    const facts = await session.perform('facts', {})
    expect(facts).toMatchObject({os: process.platform, arch: process.arch, root, user: userInfo().username})
    expect(readdirSync(join(root, '.host'))).toEqual([`${sha256Of(readFileSync(program))}.mjs`])
    const before = statSync(join(root, '.host', readdirSync(join(root, '.host'))[0] ?? '')).ino
    const again = await open(sshd)
    await again.perform('facts', {})
    expect(statSync(join(root, '.host', readdirSync(join(root, '.host'))[0] ?? '')).ino).toBe(before)
  })

  it('first deploy, redeploy, one that fails, rollback, status, logs, stop', async () => {
    const session = await open(sshd)
    const [one, two, bad] = [await host.tarball(1), await host.tarball(2), await host.tarball(3, {behaviour: 'exits'})]
    const events: HostEvent[] = []
    const deploy = async (tarball: {path: string; sha256: string}) =>
      session.perform('deploy', inputOf({...tarball, path: await send(session, tarball)}), {
        onEvent: event => events.push(event),
      })
    expect(await deploy(one)).toMatchObject({build: one.build})
    expect(events).toContainEqual(expect.objectContaining({type: 'step', step: 'switch', state: 'done'}))
    expect(await deploy(two)).toMatchObject({build: two.build, previous: one.build})
    events.length = 0
    await expect(deploy(bad)).rejects.toMatchObject({code: 'DEPLOY_FAILED'})
    expect(events).toContainEqual(expect.objectContaining({type: 'log'}))
    const [status] = await session.perform('status', {service: 'echo'})
    expect(status).toMatchObject({current: two.build, running: {state: 'ready', build: two.build}})
    expect(await session.perform('rollback', {service: 'echo'})).toMatchObject({build: one.build})
    const history = await session.perform('history', {service: 'echo', last: 10})
    expect(history.map(({action, ok}) => `${action} ${ok}`)).toEqual([
      'deploy true',
      'deploy true',
      'deploy false',
      'rollback true',
    ])
    expect(history[0]?.by).toBe(`${userInfo().username}@127.0.0.1`)
    expect(await session.perform('lockStatus', {service: 'echo'})).toEqual({free: true})
    expect(await session.perform('stop', {service: 'echo', drainMs: 1000})).toEqual({stopped: true})
  })

  it('errors come as they are there', async () => {
    const session = await open(sshd)
    await expect(session.perform('rollback', {service: 'echo'})).rejects.toMatchObject({code: 'RELEASE_UNKNOWN'})
  })

  it('an upload goes on where it ended, is not repeated, and is sent anew when what was there is wrong', async () => {
    const session = await open(sshd)
    const path = join(folder, 'big.tar.gz')
    const content = Buffer.alloc(3_000_000, 'some bytes of a release ')
    writeFileSync(path, content)
    const tarball = {path, sha256: sha256Of(content)}
    const first: number[] = []
    const there = await send(session, tarball, first)
    expect(readFileSync(there).equals(content)).toBe(true)
    expect([first[0], first.at(-1)]).toEqual([0, content.length])
    const second: number[] = []
    expect(await send(session, tarball, second)).toBe(there)
    expect(second).toEqual([content.length])
    // As after a lost connection: a part, and no whole.
    const part = there.replace('.tar.gz', '.part')
    execFileSync('mv', [there, part])
    truncateSync(part, 1_000_000)
    const third: number[] = []
    await send(session, tarball, third)
    expect(third[0]).toBe(1_000_000)
    expect(readFileSync(there).equals(content)).toBe(true)
    writeFileSync(part, 'damaged')
    rmSync(there)
    const fourth: number[] = []
    await send(session, tarball, fourth)
    expect(fourth).toContain(7)
    expect(fourth.lastIndexOf(0)).toBeGreaterThan(0)
    expect(readFileSync(there).equals(content)).toBe(true)
  })

  it('a tarball that is not what its digest says', async () => {
    const session = await open(sshd)
    const {path} = await host.tarball(1)
    await expect(send(session, {path, sha256: sha256Of('other')})).rejects.toMatchObject({code: 'DIGEST_MISMATCH'})
    expect(readdirSync(join(root, 'echo/incoming'))).toEqual([])
  })

  it('an upload that is cancelled leaves what came, for the next', async () => {
    const session = await open(sshd)
    const path = join(folder, 'cancelled.tar.gz')
    const content = Buffer.alloc(8_000_000, 'bytes')
    writeFileSync(path, content)
    const cancel = new AbortController()
    const upload = session.upload(
      {path, service: 'echo', sha256: sha256Of(content), size: content.length},
      {signal: cancel.signal, onProgress: bytes => bytes > 1_000_000 && cancel.abort()},
    )
    await expect(upload).rejects.toMatchObject({code: 'CANCELLED'})
    expect(await send(session, {path, sha256: sha256Of(content)})).toContain('incoming')
  })

  it('an operation that is cancelled is undone there', async () => {
    const session = await open(sshd)
    const tarball = await host.tarball(1, {behaviour: 'never-ready'})
    const cancel = new AbortController()
    const onEvent = (event: HostEvent): void => {
      if (event.type === 'step' && event.step === 'health' && event.state === 'started') cancel.abort()
    }
    const there = await send(session, tarball)
    const deploy = session.perform('deploy', inputOf({...tarball, path: there}), {onEvent, signal: cancel.signal})
    await expect(deploy).rejects.toMatchObject({code: 'CANCELLED'})
    expect(await session.perform('lockStatus', {service: 'echo'})).toEqual({free: true})
    expect(await host.folders()).toEqual([])
  })

  it('without Node.js: says what it has and needs', async () => {
    const session = await open(bare)
    await expect(session.perform('facts', {})).rejects.toMatchObject({
      code: 'RELEASE_UNFIT',
      message: expect.stringMatching(/needs Node\.js >=22\.19; it has none/),
      suggestions: expect.arrayContaining([expect.stringContaining('--with-node')]),
    })
    expect(existsSync(join(root, '.host'))).toBe(false)
    await expect(send(session, await host.tarball(1))).rejects.toMatchObject({code: 'RELEASE_UNFIT'})
  })

  it('without Node.js: takes the one inside the release, and keeps it for later', async () => {
    const bundled = {
      more: {'node/bin/node': {content: readFileSync(process.execPath), mode: 0o755 as const}},
      manifest: {node: {range: '>=22.19', bundled: 'node/bin/node'}},
    }
    const tarball = await host.tarball(1, bundled)
    const session = await open(bare)
    const there = await send(session, tarball)
    expect(await session.perform('deploy', inputOf({...tarball, path: there}))).toMatchObject({build: tarball.build})
    const later = await open(bare)
    expect(await later.perform('status', {service: 'echo'})).toMatchObject([{current: tarball.build}])
    expect(readdirSync(join(root, '.node'))).toEqual([sha256Of(readFileSync(process.execPath))])
  })

  it('a folder that cannot be written', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    const session = await open(sshd, {root: join(file, 'below')})
    await expect(session.perform('facts', {})).rejects.toMatchObject({code: 'OUTPUT_UNWRITABLE'})
  })

  it('a relative root is refused before anything is connected', async () => {
    await expect(open(sshd, {root: 'june'})).rejects.toMatchObject({code: 'USAGE'})
  })
})
