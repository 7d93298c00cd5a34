import {readFileSync, rmSync, writeFileSync} from 'node:fs'
import {chmod, mkdir, readlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {DeployStep} from '@essence/core/release/host/events'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {openSmallDisk} from '../../kit/files/small-disk.ts'
import {noiseBytes} from '../../kit/noise-bytes.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {bundleHostProgram, type HostFixture, inputOf, makeHost, openHost, runProgram} from '../host/fixture.ts'

const folder = temporaryFolder()
const disk = openSmallDisk()
let program: string
beforeAll(async () => {
  program = await bundleHostProgram(folder)
})

const running = async (host: HostFixture) => (await host.perform('status', {service: 'echo'}))[0]?.running

/** The steps at which something can happen to a deploy, with what was done by then. */
const moments: [step: DeployStep, state: 'started' | 'done'][] = [
  ['lock', 'done'],
  ['digest', 'started'],
  ['unpack', 'started'],
  ['files', 'started'],
  ['commands', 'started'],
  ['environment', 'started'],
  ['start', 'started'],
  ['health', 'started'],
  ['settle', 'started'],
]

describe('while one release serves', () => {
  let host: HostFixture
  let serves: string
  let number = 1
  beforeAll(async () => {
    host = makeHost(program)
    const tarball = await host.tarball(number)
    serves = tarball.build
    await host.deploy(tarball)
  })
  beforeEach(() => {
    host.events.length = 0
    number++
  })
  afterAll(() => host.close())

  const begin = async (behaviour = 'good', settleMs = 20) => {
    const tarball = await host.tarball(number, {behaviour})
    return {tarball, asked: runProgram(program, 'deploy', host.host.root.root, inputOf(tarball, {settleMs}))}
  }

  it.each(moments)('who asks for a deploy and is gone at the step %s leaves nothing behind', async (step, state) => {
    const {tarball, asked} = await begin('good', 3000)
    await asked.until(step, state)
    asked.child.stdin.end()
    await asked.ended
    expect(asked.lines.at(-1)).toMatchObject({error: {code: 'CANCELLED'}})
    expect(await running(host)).toMatchObject({state: 'ready', build: serves})
    expect(await host.folders()).not.toContain(tarball.build)
    expect(await host.perform('lockStatus', {service: 'echo'})).toEqual({free: true})
  })

  it('who is gone once it is switched has it finished', async () => {
    const {tarball, asked} = await begin()
    await asked.until('switch', 'done')
    asked.child.stdin.end()
    await asked.ended
    expect(asked.lines.at(-1)).toMatchObject({result: {build: tarball.build, previous: serves}})
    expect(await running(host)).toMatchObject({state: 'ready', build: tarball.build})
    serves = tarball.build
  })

  it.each(moments)('a deploy that is killed at the step %s is put right by the next', async (step, state) => {
    const {asked} = await begin('good', 3000)
    await asked.until(step, state)
    asked.child.kill('SIGKILL')
    await asked.ended
    expect(await running(host)).toMatchObject({build: serves})
    const next = await host.tarball(++number)
    expect(await host.deploy(next, {lockWaitMs: 10_000})).toMatchObject({build: next.build, previous: serves})
    serves = next.build
    expect((await host.folders()).filter(name => name.startsWith('.'))).toEqual([])
  })

  it('a deploy that is killed after the switch has happened', async () => {
    const {tarball, asked} = await begin()
    await asked.until('switch', 'done')
    asked.child.kill('SIGKILL')
    await asked.ended
    expect(await readlink(host.layout.current)).toBe(`releases/${tarball.build}`)
    const next = await host.tarball(++number)
    expect(await host.deploy(next, {lockWaitMs: 10_000})).toMatchObject({build: next.build, previous: tarball.build})
    expect(
      await host.perform('rollback', {service: 'echo', readyMs: 10_000, settleMs: 20, drainMs: 5000}),
    ).toMatchObject({build: tarball.build})
    serves = tarball.build
  })

  it('a second deploy is refused, naming the first; one that waits comes after it', async () => {
    const {tarball, asked} = await begin('good', 500)
    await asked.until('lock', 'done')
    const next = await host.tarball(++number)
    await expect(host.deploy(next)).rejects.toMatchObject({
      code: 'LOCKED',
      exit: 7,
      message: expect.stringMatching(/^echo is locked: deploy by .+@.+ \(process \d+\), since 20/),
    })
    expect(await host.perform('lockStatus', {service: 'echo'})).toMatchObject({
      free: false,
      stale: false,
      owner: expect.stringContaining('deploy by'),
    })
    await expect(host.perform('lockRelease', {service: 'echo', force: false})).rejects.toMatchObject({code: 'LOCKED'})
    await expect(host.perform('restart', {service: 'echo', readyMs: 1, settleMs: 1, drainMs: 1})).rejects.toMatchObject(
      {code: 'LOCKED'},
    )
    expect(await host.deploy(next, {lockWaitMs: 20_000})).toMatchObject({previous: tarball.build})
    await asked.ended
    serves = next.build
  })

  it('a lock can be taken away', async () => {
    const {asked} = await begin('never')
    await asked.until('health', 'started')
    expect(await host.perform('lockRelease', {service: 'echo', force: true})).toEqual({released: true})
    expect(await host.perform('lockStatus', {service: 'echo'})).toEqual({free: true})
    expect(await host.perform('lockRelease', {service: 'echo', force: false})).toEqual({released: false})
    asked.child.kill('SIGKILL')
    await asked.ended
  })

  it('and who held it switches nothing any more', async () => {
    const {asked} = await begin()
    await asked.until('commands', 'started')
    await host.perform('lockRelease', {service: 'echo', force: true})
    // Whoever works there now.
    const before = readFileSync(host.layout.state, 'utf8')
    const kept = {...JSON.parse(before), verifyKey: 'of somebody else'}
    writeFileSync(host.layout.state, JSON.stringify(kept))
    await asked.ended
    expect(asked.lines.at(-1)).toMatchObject({error: {code: 'LOCKED', message: expect.stringContaining('taken away')}})
    expect(JSON.parse(readFileSync(host.layout.state, 'utf8'))).toEqual(kept)
    writeFileSync(host.layout.state, before)
    expect(await running(host)).toMatchObject({state: 'ready', build: serves})
  })
})

it.skipIf(!disk.mounted)(`a full disk is told, and leaves nothing behind${disk.whyNot}`, async () => {
  const host = openHost(program, join(disk.folder, 'june'))
  const noise = noiseBytes(900_000)
  const one = await host.tarball(1)
  await host.deploy(one)
  // Known beforehand …
  const large = await host.tarball(2, {more: {'noise.bin': {content: Buffer.concat([noise, noise])}}})
  await expect(host.deploy(large)).rejects.toMatchObject({code: 'DISK_FULL', exit: 3})
  // … or noticed on the way: the rest of the disk is taken by something else.
  const tight = await host.tarball(3, {more: {'noise.bin': {content: noise.subarray(0, 100_000)}}})
  await writeFile(join(disk.folder, 'other'), noise.subarray(0, 780_000)).catch(() => {})
  await expect(host.deploy(tight)).rejects.toMatchObject({code: 'DISK_FULL'})
  rmSync(join(disk.folder, 'other'), {force: true})
  expect(await host.folders()).toEqual([one.build])
  expect(await running(host)).toMatchObject({state: 'ready', build: one.build})
})

it('a first deploy that is killed leaves a supervisor that can be stopped', async () => {
  const host = openHost(program)
  const tarball = await host.tarball(1, {behaviour: 'never'})
  const asked = runProgram(program, 'deploy', host.host.root.root, inputOf(tarball))
  await asked.until('health', 'started')
  asked.child.kill('SIGKILL')
  await asked.ended
  expect(await host.perform('stop', {service: 'echo'})).toEqual({stopped: true})
  await expect(host.perform('stop', {service: 'echo'})).rejects.toMatchObject({code: 'RELEASE_UNKNOWN'})
})

describe('where nothing may be written', () => {
  it('a file stands where a folder should', async () => {
    const root = temporaryFolder()
    await writeFile(join(root, 'echo'), '')
    const host = openHost(program, root)
    await expect(host.deploy(await host.tarball(1))).rejects.toMatchObject({code: 'OUTPUT_UNWRITABLE', exit: 3})
  })

  it('a folder of somebody else', async () => {
    const root = process.getuid?.() === 0
    const host = openHost(program)
    await mkdir(host.host.root.root, {recursive: true})
    await chmod(host.host.root.root, 0o555)
    const tarball = await host.tarball(1)
    // For root no permission is in the way: it asks as nobody, who must be able to read the program and the tarball.
    for (const readable of [folder, host.folder]) await chmod(readable, 0o755)
    const asked = runProgram(
      program,
      'deploy',
      host.host.root.root,
      inputOf(tarball),
      root ? {uid: 65_534, gid: 65_534} : {},
    )
    await asked.ended
    expect(asked.lines.at(-1)).toMatchObject({
      error: {code: 'OUTPUT_UNWRITABLE', message: expect.stringContaining('EACCES')},
    })
  })
})
