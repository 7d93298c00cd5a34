// What is asked of a host behind a real sshd.
import {execFileSync, spawnSync} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {rollOut} from '@essence/core/cli/release/on-hosts'
import type {HostEvent} from '@essence/core/release/host/events'
import type {HostSession} from '@essence/core/release/host-session'
import {afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished} from 'vitest'
import {openSmallDisk} from '../../kit/files/small-disk.ts'
import {type Sshd, sshdMissing, startSshd} from '../../peers/sshd.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {type HostFixture, inputOf, makeHost, times} from '../host/fixture.ts'
import {sha256Of} from '../tarball.ts'
import {makeSshFixture, me, nodeStandIn, type SshFixture, send, withNode} from './fixture.ts'

const disk = openSmallDisk()
const skipped = sshdMissing ? ` (skipped: ${sshdMissing})` : ''

describe.skipIf(skipped)(`a host behind sshd${skipped}`, () => {
  let ssh: SshFixture
  let host: HostFixture
  let root: string
  let folder: string
  beforeAll(async () => {
    ssh = await makeSshFixture()
    folder = ssh.folder
  })
  afterAll(() => ssh.close())
  beforeEach(() => {
    root = temporaryFolder(folder)
    host = makeHost(ssh.program, root)
    onTestFinished(host.close)
  })
  const open = async (server: Sshd = ssh.sshd, options = {}): Promise<HostSession> => {
    const session = await ssh.open(server, {root, ...options})
    onTestFinished(() => session.close())
    return session
  }

  it('tells what it is, and keeps the host program by its digest', async () => {
    const session = await open()
    const facts = await session.perform('facts', {})
    expect(facts).toMatchObject({os: process.platform, arch: process.arch, root, user: me})
    expect(readdirSync(join(root, '.host'))).toEqual([`${sha256Of(readFileSync(ssh.program))}.mjs`])
    const before = statSync(join(root, '.host', readdirSync(join(root, '.host'))[0] ?? '')).ino
    const again = await open()
    await again.perform('facts', {})
    expect(statSync(join(root, '.host', readdirSync(join(root, '.host'))[0] ?? '')).ino).toBe(before)
  })

  for (const shell of ['zsh', 'fish', 'tcsh']) {
    const missing = spawnSync(shell, ['-c', 'true']).error ? ` (skipped: no ${shell})` : ''
    it.skipIf(missing)(`works for an account whose shell is ${shell}${missing}`, async () => {
      const account = join(folder, `account-${shell}`)
      const path = `${join(folder, 'bin')}:/usr/bin:/bin`
      writeFileSync(account, `#!/bin/sh\nPATH=${path} exec ${shell} -c "$SSH_ORIGINAL_COMMAND"\n`, {mode: 0o755})
      const authorized = [ssh.key.publicKey]
      const server = await startSshd(join(folder, shell), {authorized, settings: [`ForceCommand ${account}`]})
      onTestFinished(server.stop)
      const session = await open(server)
      expect(await session.perform('facts', {})).toMatchObject({root})
    })
  }

  it('first deploy, redeploy, one that fails, rollback, status, logs, stop', async () => {
    const session = await open()
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
    expect(await session.perform('rollback', {service: 'echo', ...times})).toMatchObject({build: one.build})
    const history = await session.perform('history', {service: 'echo', last: 10})
    expect(history.map(({action, ok}) => `${action} ${ok}`)).toEqual([
      'deploy true',
      'deploy true',
      'deploy false',
      'rollback true',
    ])
    expect(history[0]?.by).toBe(`${me}@127.0.0.1`)
    expect(await session.perform('lockStatus', {service: 'echo'})).toEqual({free: true})
    expect(await session.perform('stop', {service: 'echo', drainMs: 1000})).toEqual({stopped: true})
  })

  it('two hosts: both get it, one first; what fails on the first does not touch the second', async () => {
    const second = await startSshd(join(folder, 'second'), {
      authorized: [ssh.key.publicKey],
      path: `${join(folder, 'bin')}:/usr/bin:/bin`,
    })
    const other = makeHost(ssh.program, temporaryFolder(folder))
    onTestFinished(async () => {
      await other.close()
      await second.stop()
    })
    const sessions = [await open(), await open(second, {root: other.host.root.root})]
    const order: string[] = []
    const deployAll = async (tarball: {path: string; sha256: string}) =>
      rollOut(['web1', 'web2'], {canary: true, parallel: 5, stopOnFailure: true}, async index => {
        const session = sessions[index]
        if (!session) throw new Error('no session')
        const onEvent = (event: HostEvent): void => {
          if (event.type === 'step' && event.state !== 'started') order.push(`${index} ${event.step}`)
        }
        return session.perform('deploy', inputOf({...tarball, path: await send(session, tarball)}), {onEvent})
      })
    const good = await host.tarball(1)
    expect(await deployAll(good)).toMatchObject([
      {state: 'done', result: {build: good.build}},
      {state: 'done', result: {build: good.build}},
    ])
    expect(order.indexOf('1 lock')).toBeGreaterThan(order.indexOf('0 prune'))
    expect(await deployAll(await host.tarball(2, {behaviour: 'exits'}))).toMatchObject([
      {state: 'failed', error: {code: 'DEPLOY_FAILED'}},
      {state: 'not-begun'},
    ])
    for (const each of [host, other]) {
      expect(await each.perform('status', {service: 'echo'})).toMatchObject([{current: good.build}])
    }
    expect((await other.history()).length).toBe(1)
  })

  it('errors come as they are there, with next steps for that machine', async () => {
    const session = await open()
    await expect(session.perform('start', {service: 'echo'})).rejects.toMatchObject({
      code: 'RELEASE_UNKNOWN',
      suggestions: expect.arrayContaining([`See what is here: essence ps --host ${session.name} --root ${root}`]),
    })
  })

  it('an upload goes on where it ended, is not repeated, and is sent anew when what was there is wrong', async () => {
    const session = await open()
    const path = join(folder, 'big.tar.gz')
    const content = Buffer.alloc(3_000_000, 'some bytes of a release ')
    writeFileSync(path, content)
    const tarball = {path, sha256: sha256Of(content)}
    const first: number[] = []
    const there = await send(session, tarball, bytes => first.push(bytes))
    expect(readFileSync(there).equals(content)).toBe(true)
    expect([first[0], first.at(-1)]).toEqual([0, content.length])
    const second: number[] = []
    expect(await send(session, tarball, bytes => second.push(bytes))).toBe(there)
    expect(second).toEqual([content.length])
    // As after a lost connection: a part, and no whole.
    const part = there.replace('.tar.gz', '.part')
    execFileSync('mv', [there, part])
    truncateSync(part, 1_000_000)
    const third: number[] = []
    await send(session, tarball, bytes => third.push(bytes))
    expect(third[0]).toBe(1_000_000)
    expect(readFileSync(there).equals(content)).toBe(true)
    writeFileSync(part, 'damaged')
    rmSync(there)
    const fourth: number[] = []
    await send(session, tarball, bytes => fourth.push(bytes))
    expect(fourth).toContain(7)
    expect(fourth.lastIndexOf(0)).toBeGreaterThan(0)
    expect(readFileSync(there).equals(content)).toBe(true)
  })

  it('a tarball that is not what its digest says', async () => {
    const session = await open()
    const {path} = await host.tarball(1)
    await expect(send(session, {path, sha256: sha256Of('other')})).rejects.toMatchObject({code: 'DIGEST_MISMATCH'})
    expect(readdirSync(join(root, 'echo/incoming'))).toEqual([])
  })

  it('a tarball that is gone or shorter by the time it is sent: it is told, and nobody waits', async () => {
    const session = await open()
    const path = join(folder, 'shrinking.tar.gz')
    const tarball = {path, service: 'echo', sha256: sha256Of('x'), size: 3_000_000}
    await expect(session.upload(tarball)).rejects.toMatchObject({
      code: 'INPUT_NOT_FOUND',
      message: expect.stringMatching(/shrinking\.tar\.gz could not be read to its end: ENOENT/),
    })
    writeFileSync(path, Buffer.alloc(1_000_000))
    await expect(session.upload(tarball)).rejects.toMatchObject({
      code: 'INPUT_NOT_FOUND',
      message: expect.stringContaining('it has 1000000 bytes, not 3000000 any more'),
    })
  })

  it('an upload that is cancelled leaves what came, for the next', async () => {
    const session = await open()
    const path = join(folder, 'cancelled.tar.gz')
    const content = Buffer.alloc(8_000_000, 'bytes')
    writeFileSync(path, content)
    const cancel = new AbortController()
    const tarball = {path, sha256: sha256Of(content)}
    const upload = send(session, tarball, bytes => bytes > 1_000_000 && cancel.abort(), cancel.signal)
    await expect(upload).rejects.toMatchObject({code: 'CANCELLED'})
    expect(await send(session, tarball)).toContain('incoming')
  })

  it('an operation that is cancelled is undone there', async () => {
    const session = await open()
    const tarball = await host.tarball(1, {behaviour: 'never'})
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
    const session = await open(ssh.bare)
    await expect(session.perform('facts', {})).rejects.toMatchObject({
      code: 'RELEASE_UNFIT',
      message: expect.stringMatching(/needs Node\.js >=22\.19; it has none/),
      suggestions: expect.arrayContaining([expect.stringContaining('--with-node')]),
    })
    expect(existsSync(join(root, '.host'))).toBe(false)
    await expect(send(session, await host.tarball(1))).rejects.toMatchObject({code: 'RELEASE_UNFIT'})
  })

  it('without Node.js: takes the one inside the release, and keeps it for later', async () => {
    const tarball = await host.tarball(1, withNode(nodeStandIn))
    const notes: string[] = []
    const session = await open(ssh.bare, {onNote: (note: string) => notes.push(note)})
    const there = await send(session, tarball)
    expect(notes).toEqual([expect.stringContaining('has no fitting Node.js: bringing the one of the release')])
    expect(await session.perform('deploy', inputOf({...tarball, path: there}))).toMatchObject({build: tarball.build})
    const later = await open(ssh.bare)
    expect(await later.perform('status', {service: 'echo'})).toMatchObject([{current: tarball.build}])
    expect(readdirSync(join(root, '.node'))).toEqual([sha256Of(nodeStandIn)])
  })

  it.skipIf(!disk.mounted)(`a disk that is full, for the tarball and for what brings it${disk.whyNot}`, async () => {
    const path = join(folder, 'large.tar.gz')
    const content = randomBytes(3_000_000)
    writeFileSync(path, content)
    const session = await open(ssh.sshd, {root: disk.folder})
    await expect(send(session, {path, sha256: sha256Of(content)})).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: `The disk of ${disk.folder}/echo/incoming is full.`,
    })
    // What came fills the disk.
    rmSync(join(disk.folder, '.host'), {recursive: true})
    writeFileSync(join(disk.folder, 'other'), randomBytes(200_000), {flag: 'w'})
    const second = await open(ssh.sshd, {root: disk.folder})
    await expect(second.perform('facts', {})).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringContaining(`Writing ${disk.folder}/.host/`),
    })
    expect(readdirSync(join(disk.folder, '.host'))).toEqual([])
  })

  it('a folder that cannot be written', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    const session = await open(ssh.sshd, {root: join(file, 'below')})
    await expect(session.perform('facts', {})).rejects.toMatchObject({code: 'OUTPUT_UNWRITABLE'})
  })

  it('a relative root is refused before anything is connected', async () => {
    await expect(open(ssh.sshd, {root: 'june'})).rejects.toMatchObject({code: 'USAGE'})
  })
})
