import {execFileSync} from 'node:child_process'
import {generateKeyPairSync} from 'node:crypto'
import {mkdirSync, readlinkSync} from 'node:fs'
import {open, readdir, readFile, readlink, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {readServiceState} from '@essence/core/release/host/service-state'
import {signRelease} from '@essence/core/release/signature'
import {beforeAll, describe, expect, it, onTestFinished, vi} from 'vitest'
import {openSmallDisk} from '../../kit/files/small-disk.ts'
import {bundleHostProgram, type HostFixture, openHost, times} from '../host/fixture.ts'

let program: string
beforeAll(async () => {
  program = await bundleHostProgram()
})

const running = async (host: HostFixture) => (await host.perform('status', {service: 'echo'}))[0]?.running

describe('a deploy', () => {
  it('makes the first release serve, then the next, and says how', async () => {
    const host = openHost(program)
    const envFile = await host.envFile({GREETING: 'hello'})
    const one = await host.tarball(1)
    const first = await host.deploy(one, {envFile})
    expect(first).toMatchObject({service: 'echo', build: one.build, gapMs: 0, pruned: []})
    expect(first.previous).toBeUndefined()
    expect(await readlink(host.layout.current)).toBe(`releases/${one.build}`)
    expect(host.steps()).toEqual({
      ...{lock: 'done', digest: 'done', signature: 'skipped', unpack: 'done', files: 'done', commands: 'done'},
      ...{
        environment: 'done',
        start: 'done',
        health: 'done',
        settle: 'done',
        switch: 'done',
        drain: 'skipped',
        prune: 'done',
      },
    })
    const two = await host.tarball(2)
    const second = await host.deploy(two)
    expect(second).toMatchObject({build: two.build, previous: one.build})
    expect(host.steps().drain).toBe('done')
    // What both have takes its place on the disk once.
    const inode = async (build: string, path: string) => (await stat(join(host.layout.releases, build, path))).ino
    expect(await inode(two.build, 'service.mjs')).toBe(await inode(one.build, 'service.mjs'))
    expect(await inode(two.build, 'number.txt')).not.toBe(await inode(one.build, 'number.txt'))
    const [status] = await host.perform('status', {})
    expect(status).toMatchObject({
      service: 'echo',
      current: two.build,
      running: {state: 'ready', build: two.build},
      releases: [
        {build: two.build, state: 'good', current: true, previous: false},
        {build: one.build, state: 'good', current: false, previous: true},
      ],
    })
    expect(await host.history()).toMatchObject([
      {action: 'deploy', build: one.build, ok: true, by: expect.stringContaining('@')},
      {action: 'deploy', build: two.build, previous: one.build, ok: true},
    ])
    expect(await host.perform('lockStatus', {service: 'echo'})).toEqual({free: true})
  })

  it('of what serves already starts it anew, with the environment of now', async () => {
    const host = openHost(program)
    const one = await host.tarball(1)
    await host.deploy(one)
    const before = await running(host)
    await host.deploy(one, {envFile: await host.envFile({GREETING: 'hello'})})
    const after = await running(host)
    expect(after).toMatchObject({state: 'ready', build: one.build})
    expect(after?.pid).not.toBe(before?.pid)
    expect(await host.folders()).toEqual([one.build])
  })

  it('that is only planned writes nothing, and says what it would do', async () => {
    const host = openHost(program)
    const one = await host.tarball(1)
    const planned = await host.plan(one)
    expect(planned).toMatchObject({build: one.build, pruned: []})
    expect(host.steps()).toMatchObject({environment: 'done', unpack: 'skipped', switch: 'skipped'})
    expect(await readdir(host.layout.folder).catch(() => 'nothing')).toBe('nothing')
    await expect(host.plan(one, {envFile: '/not/there'})).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
  })

  it('has every file and every folder of the release on the disk before it is started', async () => {
    const host = openHost(program)
    const one = await host.tarball(1, {more: {'deep/er/a.txt': {content: 'a'}}})
    await using handle = await open(one.path)
    const FileHandle = Object.getPrototypeOf(handle)
    const {sync} = FileHandle
    const synced = new Set<string>()
    const spy = vi.spyOn(FileHandle, 'sync').mockImplementation(async function (this: typeof handle) {
      await sync.call(this)
      if (host.steps().start === undefined) synced.add(readlinkSync(`/proc/self/fd/${this.fd}`))
    })
    onTestFinished(() => spy.mockRestore())
    await host.deploy(one)
    const release = [...synced].map(path => path.replace(/^.*\/releases\/\.new-\d+/, '<release>'))
    const files = ['deep/er/a.txt', 'manifest.json', 'run.sh', 'service.mjs', 'node_modules/@oclif/core/index.js']
    for (const path of [...files, 'deep', 'deep/er', 'node_modules/@oclif/core'])
      expect(release).toContain(`<release>/${path}`)
    expect(release).toContain('<release>')
    expect(synced).toContain(host.layout.releases)
  })

  it('is refused before anything is written where the service lacks a setting it needs', async () => {
    const host = openHost(program)
    const one = await host.tarball(1, {manifest: {requires: ['BOT_TOKEN', 'SECOND']}})
    const refused = (message: string) => ({code: 'CONFIG_INVALID', message: expect.stringContaining(message)})
    await expect(host.plan(one)).rejects.toMatchObject({
      ...refused('echo needs BOT_TOKEN and SECOND, and no environment file is named'),
      suggestions: expect.arrayContaining([expect.stringContaining('--env-sh FILE')]),
    })
    const envFile = await host.envFile({BOT_TOKEN: '', SECOND: 'here'})
    const lacks = refused(`echo needs BOT_TOKEN, which ${envFile} does not set`)
    await expect(host.plan(one, {envFile})).rejects.toMatchObject(lacks)
    expect(await readdir(host.layout.folder).catch(() => 'nothing')).toBe('nothing')
    // A deploy that was not planned finds it out before it starts anything.
    await expect(host.deploy(one, {envFile})).rejects.toMatchObject(lacks)
    expect(host.steps()).toMatchObject({environment: 'failed'})
    expect(host.steps()).not.toHaveProperty('start')
    await host.envFile({BOT_TOKEN: 'it$elf', SECOND: 'here'})
    await expect(host.plan(one, {envFile})).resolves.toMatchObject({build: one.build})
  })

  it('keeps what it needs and what it was told, and failed ones by themselves', async () => {
    const host = openHost(program)
    const builds: string[] = []
    for (let number = 1; number <= 4; number++) {
      const tarball = await host.tarball(number)
      builds.push(tarball.build)
      await host.deploy(tarball, {keep: 2})
    }
    const failed: string[] = []
    for (const number of [5, 6]) {
      const tarball = await host.tarball(number, {behaviour: 'exits'})
      failed.push(tarball.build)
      // Nor does a failure take a good release with it, whatever it was told to keep.
      await expect(host.deploy(tarball, {keep: 1})).rejects.toMatchObject({code: 'DEPLOY_FAILED'})
    }
    expect(await host.folders()).toEqual([builds[2], builds[3], failed[1]])
    const [status] = await host.perform('status', {service: 'echo'})
    expect(status?.releases.map(({build, state}) => [build, state])).toEqual([
      [failed[1], 'failed'],
      [builds[3], 'good'],
      [builds[2], 'good'],
    ])
  })
})

describe('a rollback', () => {
  it('goes to the good release before, again and again, or to the one named', async () => {
    const host = openHost(program)
    const builds: string[] = []
    for (let number = 1; number <= 3; number++) {
      const tarball = await host.tarball(number)
      builds.push(tarball.build)
      await host.deploy(tarball)
    }
    await expect(host.deploy(await host.tarball(4, {behaviour: 'exits'}))).rejects.toMatchObject({
      code: 'DEPLOY_FAILED',
    })
    const back = (build?: string) => host.perform('rollback', {service: 'echo', build, ...times})
    expect(await back()).toMatchObject({build: builds[1], previous: builds[2]})
    expect(await running(host)).toMatchObject({state: 'ready', build: builds[1]})
    expect(await back()).toMatchObject({build: builds[0], previous: builds[1]})
    await expect(back()).rejects.toMatchObject({
      code: 'RELEASE_UNKNOWN',
      message: expect.stringContaining('no good release'),
    })
    expect(await back(builds[2])).toMatchObject({build: builds[2]})
    await expect(back('20000101-000000-00000000')).rejects.toMatchObject({code: 'RELEASE_UNKNOWN'})
    // A release whose files were changed since is not gone back to.
    await writeFile(join(host.layout.releases, builds[1] ?? '', 'service.mjs'), 'evil')
    await expect(back()).rejects.toMatchObject({code: 'RELEASE_INVALID'})
    expect(await running(host)).toMatchObject({state: 'ready', build: builds[2]})
  })
})

describe('start, stop and restart', () => {
  it('do so, and say what they did', async () => {
    const host = openHost(program)
    const one = await host.tarball(1)
    const input = {service: 'echo', ...times}
    for (const name of ['start', 'restart'] as const) {
      await expect(host.perform(name, input)).rejects.toMatchObject({code: 'RELEASE_UNKNOWN'})
    }
    await expect(host.perform('stop', {service: 'echo', drainMs: 1})).rejects.toMatchObject({code: 'RELEASE_UNKNOWN'})
    const envFile = await host.envFile({GREETING: 'one'})
    await host.deploy(one, {envFile})
    const pid = (await running(host))?.pid
    expect(await host.perform('start', input)).toMatchObject({build: one.build, readyMs: 0})
    expect((await running(host))?.pid).toBe(pid)
    await host.envFile({GREETING: 'two'})
    expect(await host.perform('restart', input)).toMatchObject({build: one.build})
    expect((await running(host))?.pid).not.toBe(pid)
    const told = await host.perform('logs', {service: 'echo', lines: 5, follow: false, console: true})
    expect(told.path).toBe(host.layout.consoleLog)
    expect(JSON.stringify(host.events.at(-1))).toContain('good two')
    expect(await host.perform('stop', {service: 'echo', drainMs: 2000})).toEqual({stopped: true})
    expect(await running(host)).toBeUndefined()
    expect(await host.perform('stop', {service: 'echo', drainMs: 2000})).toEqual({stopped: false})
    expect(await host.perform('start', input)).toMatchObject({build: one.build})
    expect(await running(host)).toMatchObject({state: 'ready'})
    expect((await host.history()).map(({action, ok}) => [action, ok])).toEqual([
      ...[
        ['deploy', true],
        ['start', true],
        ['restart', true],
        ['stop', true],
        ['stop', true],
        ['start', true],
      ],
    ])
  })
})

const keys = () => {
  const {privateKey, publicKey} = generateKeyPairSync('ed25519')
  return {
    key: privateKey.export({type: 'pkcs8', format: 'pem'}).toString(),
    pub: publicKey.export({type: 'spki', format: 'pem'}).toString(),
  }
}

it('a key that was given once must have signed every later release', async () => {
  const host = openHost(program)
  const [mine, other] = [keys(), keys()]
  const signed = (tarball: {sha256: string}, {key, pub}: ReturnType<typeof keys>) => ({
    value: signRelease(tarball.sha256, key),
    publicKey: pub,
  })
  const one = await host.tarball(1)
  await host.deploy(one, {signature: signed(one, mine)})
  const two = await host.tarball(2)
  const refused = {code: 'SIGNATURE_INVALID'}
  await expect(host.deploy(two)).rejects.toMatchObject(refused)
  await expect(host.deploy(two, {signature: signed(two, other)})).rejects.toMatchObject(refused)
  await expect(host.deploy(two, {signature: {value: signed(two, other).value}})).rejects.toMatchObject(refused)
  await host.deploy(two, {signature: {value: signed(two, mine).value}})
  expect(await running(host)).toMatchObject({build: two.build})
})

it.runIf(process.getuid?.() === 0)(
  'as another user waits until the service is stopped (root alone may ask)',
  async () => {
    const host = openHost(program)
    await host.deploy(await host.tarball(1))
    const two = await host.tarball(2)
    await expect(host.deploy(two, {user: 'nobody'})).rejects.toMatchObject({
      code: 'USAGE',
      message: 'echo runs as root, not as nobody; it cannot change over while it serves.',
    })
    expect((await readServiceState(host.layout)).user).toBeUndefined()
    await host.deploy(two)
  },
)

it('a good release that is deployed again, in vain, stays good: what to go back to', async () => {
  const host = openHost(program)
  const one = await host.tarball(1)
  await host.deploy(one)
  const two = await host.tarball(2)
  await host.deploy(two)
  await expect(host.deploy(one, {envFile: '/not/there.env'})).rejects.toMatchObject({code: 'CONFIG_INVALID'})
  const stop = new AbortController()
  const deploying = host.deploy(one, {settleMs: 5000}, stop.signal)
  while (host.steps().health !== 'done' || host.steps().settle !== 'started') await host.next()
  stop.abort()
  await expect(deploying).rejects.toMatchObject({code: 'CANCELLED'})
  expect(await host.perform('rollback', {service: 'echo', ...times})).toMatchObject({build: one.build})
  // Changed on disk, it is unpacked anew.
  await writeFile(join(host.layout.releases, two.build, 'service.mjs'), 'evil')
  expect(await host.deploy(two)).toMatchObject({build: two.build})
})

it('a state that cannot be read is not taken for none: nothing is removed', async () => {
  const host = openHost(program)
  const [one, two] = [await host.tarball(1), await host.tarball(2)]
  await host.deploy(one)
  await host.deploy(two)
  const state = await readFile(host.layout.state, 'utf8')
  for (const other of [state.replace('"format": 1', '"format": 2'), state.slice(0, 40), '']) {
    await writeFile(host.layout.state, other)
    const refused = {code: 'RELEASE_INVALID', message: expect.stringContaining('service.json')}
    await expect(host.deploy(await host.tarball(3))).rejects.toMatchObject(refused)
    await expect(host.perform('stop', {service: 'echo'})).rejects.toMatchObject(refused)
    expect(await host.folders()).toEqual([one.build, two.build])
    expect(await running(host)).toMatchObject({state: 'ready', build: two.build})
  }
  await writeFile(host.layout.state, state)
  expect(await host.perform('rollback', {service: 'echo', ...times})).toMatchObject({build: one.build})
})

it('an old release that ignores SIGTERM is killed in the end', async () => {
  const host = openHost(program)
  await host.deploy(await host.tarball(1, {behaviour: 'stubborn'}))
  const old = (await running(host))?.pid ?? 0
  const two = await host.tarball(2)
  await host.deploy(two, {drainMs: 200})
  expect(() => process.kill(old, 0)).toThrow()
  expect(await running(host)).toMatchObject({state: 'ready', build: two.build})
  expect(JSON.stringify(host.events)).toContain('killed after 200 ms')
})

it('a release that starts instead of the old one, and fails, has that started again', async () => {
  const host = openHost(program)
  const one = await host.tarball(1, {manifest: {handover: 'instead'}})
  await host.deploy(one)
  const failing = await host.tarball(2, {behaviour: 'exits'})
  await expect(host.deploy(failing, {handover: 'instead'})).rejects.toMatchObject({code: 'DEPLOY_FAILED'})
  expect(await running(host)).toMatchObject({state: 'ready', build: one.build})
  const three = await host.tarball(3, {manifest: {handover: 'instead'}})
  expect((await host.deploy(three)).gapMs).toBeGreaterThan(0)
})

it('a first release that fails leaves nothing running, and the next try works', async () => {
  const host = openHost(program)
  await expect(host.deploy(await host.tarball(1, {behaviour: 'exits'}))).rejects.toMatchObject({code: 'DEPLOY_FAILED'})
  expect(await running(host)).toBeUndefined()
  expect(await host.deploy(await host.tarball(2))).toMatchObject({build: expect.stringContaining('-000002-')})
  await rm(join(host.folder, 'none'), {force: true})
})

const disk = openSmallDisk()
it.skipIf(!disk.mounted)(
  `a release that cannot be removed hinders neither this deploy nor what comes after${disk.whyNot}`,
  async () => {
    const host = openHost(program)
    const one = await host.tarball(1)
    await host.deploy(one)
    const inTheWay = join(host.layout.releases, one.build, 'mounted')
    mkdirSync(inTheWay)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', inTheWay])
    try {
      const two = await host.tarball(2)
      await host.deploy(two, {keep: 1})
      const three = await host.tarball(3)
      expect(await host.deploy(three, {keep: 1})).toMatchObject({build: three.build, pruned: [one.build]})
      expect(await host.perform('restart', {service: 'echo'})).toMatchObject({build: three.build})
      expect(await host.perform('rollback', {service: 'echo'})).toMatchObject({build: two.build})
      expect(await host.folders()).toContain(one.build)
    } finally {
      execFileSync('umount', ['-l', inTheWay])
    }
    await host.perform('restart', {service: 'echo'})
    expect(await host.folders()).not.toContain(one.build)
  },
)
