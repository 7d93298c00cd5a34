// Connections that are lost at each step of a deploy: what serves then is what served before, or after the switch the new one.
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {DeployStep, HostEvent} from '@essence/core/release/host/events'
import type {HostSession} from '@essence/core/release/host-session'
import {withServiceLock} from '@essence/core/release/operations/lock'
import type {ServiceStatus} from '@essence/core/release/operations/port'
import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest'
import {type CutProxy, startCutProxy} from '../../peers/cut-proxy.ts'
import {sshdMissing} from '../../peers/sshd.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {type HostFixture, inputOf, makeHost} from '../host/fixture.ts'
import {sha256Of, type Tarball} from '../tarball.ts'
import {makeSshFixture, type SshFixture, send} from './fixture.ts'

const skipped = sshdMissing ? ` (skipped: ${sshdMissing})` : ''

describe.skipIf(skipped)(`a connection that is lost${skipped}`, () => {
  let ssh: SshFixture
  let proxy: CutProxy
  beforeAll(async () => {
    ssh = await makeSshFixture()
    proxy = await startCutProxy(ssh.sshd.port)
  })
  afterAll(async () => {
    await proxy.close()
    await ssh.close()
  })
  const dial = (root: string): Promise<HostSession> => ssh.open({port: proxy.port, hostKeys: ssh.sshd.hostKeys}, {root})

  describe('in a step of a deploy', () => {
    let host: HostFixture
    let serves: string
    let number = 1
    beforeAll(async () => {
      host = makeHost(ssh.program)
      const first = await host.tarball(number)
      await host.deploy(first)
      serves = first.build
    })
    afterAll(() => host.close())

    /** Deploys over a connection of its own. */
    const deploy = async (
      tarball: Tarball,
      onEvent: (event: HostEvent) => void = () => {},
      times: {settleMs?: number} = {},
    ) => {
      const session = await dial(host.host.root.root)
      try {
        // The tarball is there already: it is the same machine. Uploads are below.
        return await session.perform('deploy', inputOf(tarball, {lockWaitMs: 20_000, ...times}), {onEvent})
      } finally {
        await session.close()
      }
    }
    /** Once nobody works there any more: what a later one finds. */
    const statusAfter = (): Promise<ServiceStatus | undefined> =>
      withServiceLock(
        host.host,
        host.layout,
        {action: 'look', waitMs: 20_000, signal: new AbortController().signal, onEvent: () => {}},
        async () => (await host.perform('status', {service: 'echo'}))[0],
      )

    it.each<[DeployStep, 'old' | 'new' | 'either']>([
      ['lock', 'old'],
      ['digest', 'old'],
      ['unpack', 'old'],
      ['files', 'old'],
      ['commands', 'old'],
      ['environment', 'old'],
      ['start', 'old'],
      ['health', 'old'],
      ['settle', 'old'],
      // The answer of who switches and the end of the connection cross each other.
      ['switch', 'either'],
      ['drain', 'new'],
      ['prune', 'new'],
    ])('%s: the %s one serves, no lock is left, and the next deploy succeeds', async (step, expected) => {
      const tarball = await host.tarball(++number)
      // What had arrived before the cut is still read: it may tell of steps behind this one.
      let last: DeployStep | undefined
      const cut = (event: HostEvent): void => {
        if (event.type !== 'step' || event.state !== 'started') return
        last = event.step
        if (event.step === step) proxy.cut()
      }
      // However late the end of the connection is noticed there: before the switch lies the settle time.
      const asked = deploy(tarball, cut, expected === 'old' ? {settleMs: 10_000} : {})
      const error = await asked.catch(error => error)
      expect(error).toMatchObject({code: 'REMOTE_UNREACHABLE'})
      expect(error.message).toContain(`was lost during deploy, in the step ${last}`)
      const after = await statusAfter()
      const allowed = {old: [serves], new: [tarball.build], either: [serves, tarball.build]}[expected]
      expect(allowed).toContain(after?.current)
      expect(after?.running).toMatchObject({state: 'ready', build: after?.current})
      expect(await host.perform('lockStatus', {service: 'echo'})).toEqual({free: true})
      // The same operation, asked for without SSH, which takes its time; once over SSH, to be sure.
      const again = step === 'health' ? deploy(tarball) : host.deploy(tarball)
      expect(await again).toMatchObject({build: tarball.build})
      serves = tarball.build
    })
  })

  it('while the tarball is on its way: the next upload goes on from there', async () => {
    const root = temporaryFolder(ssh.folder)
    const path = join(ssh.folder, 'some.tar.gz')
    const content = Buffer.alloc(20_000_000, 'bytes of a release ')
    writeFileSync(path, content)
    const tarball = {path, sha256: sha256Of(content)}
    const first = await dial(root)
    const cut = send(first, tarball, bytes => bytes > 8_000_000 && proxy.cut())
    await expect(cut).rejects.toMatchObject({
      code: 'REMOTE_UNREACHABLE',
      message: expect.stringContaining('lost during the upload'),
    })
    await first.close()
    const second = await dial(root)
    onTestFinished(() => second.close())
    const progress: number[] = []
    const there = await send(second, tarball, bytes => progress.push(bytes))
    expect(progress[0]).toBeGreaterThan(1_000_000)
    expect(readFileSync(there).equals(content)).toBe(true)
  })

  it('while the host program is brought: nothing that is cut short gets its name', async () => {
    const root = temporaryFolder(ssh.folder)
    const first = await dial(root)
    proxy.cutAfter(100_000)
    await expect(first.perform('facts', {})).rejects.toMatchObject({code: 'REMOTE_UNREACHABLE'})
    await first.close()
    const second = await dial(root)
    onTestFinished(() => second.close())
    await second.perform('facts', {})
    const names = readdirSync(join(root, '.host')).filter(name => !name.startsWith('.'))
    expect(names).toEqual([`${sha256Of(readFileSync(ssh.program))}.mjs`])
    expect(sha256Of(readFileSync(join(root, '.host', names[0] ?? '')))).toBe(names[0]?.slice(0, 64))
  })
})
