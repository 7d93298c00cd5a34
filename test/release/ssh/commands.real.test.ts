// The commands with --host, as a person or a script runs them.
import {generateKeyPairSync} from 'node:crypto'
import {copyFileSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {runDeploy} from '@essence/core/cli/release/run-deploy'
import {signRelease} from '@essence/core/release/signature'
import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest'
import {essence} from '../../kit/run-essence.ts'
import {sshdMissing} from '../../peers/sshd.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {type HostFixture, makeHost, times} from '../host/fixture.ts'
import {makeSshFixture, me, nodeStandIn, type SshFixture, withNode} from './fixture.ts'

const skipped = sshdMissing ? ` (skipped: ${sshdMissing})` : ''

describe.skipIf(skipped)(`--host${skipped}`, () => {
  let ssh: SshFixture
  let host: HostFixture
  let config: string
  let known: string
  let at: string
  const nowhere = `${me}@127.0.0.1:1`

  beforeAll(async () => {
    ssh = await makeSshFixture()
    host = makeHost(ssh.program, temporaryFolder(ssh.folder))
    at = `${me}@127.0.0.1:${ssh.sshd.port}`
    known = join(ssh.folder, 'known')
    config = join(ssh.folder, 'my-config')
    writeFileSync(
      config,
      `UserKnownHostsFile ${known}\nGlobalKnownHostsFile none\nIdentityFile ${ssh.key.path}\nIdentitiesOnly yes\n`,
    )
  })
  afterAll(async () => {
    await host.close()
    await ssh.close()
  })
  const ask = (...args: string[]) => essence([...args, '--ssh-config', config, '--root', host.host.root.root])
  const json = async (...args: string[]) => {
    const {stdout, status} = await ask(...args, '--json')
    return {status, ...JSON.parse(stdout)}
  }

  it('a host nobody knows is refused, and recorded only on request', async () => {
    expect(await json('ps', '--host', at)).toMatchObject({status: 4, error: {code: 'HOST_KEY_UNKNOWN'}})
    const {stdout, stderr, status} = await ask('ps', '--host', at, '--host-key', 'accept-new')
    expect({stdout, status}).toEqual({stdout: 'Nothing is deployed here.\n', status: 0})
    expect(stderr).toContain(`it was recorded in ${known}`)
    expect(readFileSync(known, 'utf8')).toContain(`:${ssh.sshd.port} ssh-ed25519`)
  })

  it('--dry-run says what would be done, and leaves nothing on the other machine', async () => {
    const root = temporaryFolder(ssh.folder)
    const flags = ['--host', at, '--ssh-config', config, '--root', root, '--dry-run']
    const one = await host.tarball(6, {manifest: {requires: ['BOT_TOKEN']}})
    const lacking = await essence(['deploy', 'echo', one.path, ...flags, '--json'])
    expect({status: lacking.status, ...JSON.parse(lacking.stdout)}).toMatchObject({
      status: 3,
      error: {code: 'CONFIG_INVALID', message: expect.stringContaining('echo needs BOT_TOKEN')},
    })
    const envFile = await host.envFile({BOT_TOKEN: 'x'})
    const {stdout, stderr, status} = await essence(['deploy', 'echo', one.path, ...flags, '--env-sh', envFile])
    expect({stderr, status}).toEqual({stderr: '', status: 0})
    expect(stdout).toContain(`echo ${one.build} would replace nothing on ${at}:\n`)
    expect(stdout).toMatch(/Check the digest ✓ .*\n.*Upload +\d+\.\d MB\n/)
    expect(stdout).toMatch(new RegExp(`Check its settings ✓ +${envFile}`))
    expect(readdirSync(root)).toEqual([])
  })

  it('--dry-run against a machine without Node.js, of which the release brings one, says so', async () => {
    const root = temporaryFolder(ssh.folder)
    const bare = ['--host', `${me}@127.0.0.1:${ssh.bare.port}`, '--host-key', 'accept-new', '--ssh-config', config]
    const {path} = await host.tarball(7, withNode(nodeStandIn))
    const {stdout, status} = await essence(['deploy', 'echo', path, ...bare, '--root', root, '--dry-run'])
    expect({stdout, status}).toEqual({stdout: expect.stringContaining('nothing can be checked there'), status: 0})
    expect(readdirSync(root)).toEqual([])
    const {path: plain} = await host.tarball(8)
    expect(await essence(['deploy', 'echo', plain, ...bare, '--root', root, '--dry-run'])).toMatchObject({status: 3})
  })

  it('a setting that is missing is told before anything is uploaded', async () => {
    const root = temporaryFolder(ssh.folder)
    const {path} = await host.tarball(9, {manifest: {requires: ['BOT_TOKEN']}})
    const flags = ['--host', at, '--ssh-config', config, '--root', root, '--yes', '--json']
    const {stdout, status} = await essence(['deploy', 'echo', path, ...flags])
    expect({status, ...JSON.parse(stdout)}).toMatchObject({status: 3, error: {code: 'CONFIG_INVALID'}})
    expect(readdirSync(root)).toEqual(['.host'])
  })

  it('deploy, ps, logs, stop', async () => {
    const {path, build} = await host.tarball(1)
    const deployed = await ask('deploy', 'echo', path, '--host', at, '--settle', '0.02')
    expect(deployed).toMatchObject({status: 0, stdout: expect.stringContaining(`echo ${build} serves on ${at}`)})
    expect(deployed.stderr).toMatch(/Uploaded \d+\.\d MB to .*\n.*Deploying echo/)
    expect((await ask('ps', '--host', at)).stdout).toMatch(new RegExp(`echo +${build} +\\d+ .* ready`))
    expect((await ask('logs', 'echo', '--console', '--host', at)).stdout).toContain(`started ${build}`)
    expect(await json('stop', 'echo', '--yes', '--host', at)).toMatchObject({
      status: 0,
      data: {hosts: [{stopped: true}]},
    })
  })

  it('undeploy: a script has to say yes, and then the service is gone', async () => {
    const refused = await json('undeploy', 'echo', '--host', at)
    expect(refused).toMatchObject({
      status: 2,
      error: {code: 'USAGE', suggestions: ['Say so: --yes', expect.any(String)]},
    })
    const planned = await ask('undeploy', 'echo', '--dry-run', '--host', at)
    expect(planned.stdout).toMatch(new RegExp(`^echo would be removed from ${at}:\n  remove  ${host.layout.folder}\n`))
    expect((await ask('ps', '--host', at)).stdout).toMatch(/^echo/m)
    const {stdout, status} = await ask('undeploy', 'echo', '--yes', '--host', at)
    expect({stdout, status}).toEqual({stdout: expect.stringContaining(`kept     ${host.layout.log}`), status: 0})
    expect((await ask('ps', '--host', at)).stdout).toBe('Nothing is deployed here.\n')
    // For those that come after.
    const {path} = await host.tarball(1)
    await ask('deploy', 'echo', path, '--host', at, '--settle', '0.02')
  })

  it('of several hosts those that answer are shown; the status is of the one that does not', async () => {
    const asked = await json('ps', '--host', at, '--host', nowhere)
    expect(asked).toMatchObject({
      status: 5,
      data: {
        hosts: [
          {host: at, state: 'done', services: [{service: 'echo'}]},
          {host: nowhere, state: 'failed', error: {code: 'REMOTE_UNREACHABLE'}},
        ],
      },
      error: {code: 'REMOTE_UNREACHABLE', exit: 5},
    })
  })

  it('a deploy to several hosts of which one cannot be reached begins on none', async () => {
    const {path, build} = await host.tarball(2)
    const {status, data} = await json('deploy', 'echo', path, '--host', `${at},${nowhere}`, '--settle', '0.02')
    expect(status).toBe(5)
    expect(data.hosts.map(({state}: {state: string}) => state)).toEqual(['not-begun', 'failed'])
    expect(await host.folders()).not.toContain(build)
  })

  it('a tarball that is not what was signed: no machine gets anything of it, not even its Node.js', async () => {
    const pair = generateKeyPairSync('ed25519')
    const key = join(ssh.folder, 'release.pub.pem')
    writeFileSync(key, pair.publicKey.export({type: 'spki', format: 'pem'}))
    const [signed, other] = [await host.tarball(3), await host.tarball(4, withNode('#!/bin/sh\n'))]
    const pem = pair.privateKey.export({type: 'pkcs8', format: 'pem'}).toString()
    writeFileSync(`${signed.path}.sig`, signRelease(signed.sha256, pem))
    copyFileSync(other.path, signed.path)
    const root = temporaryFolder(ssh.folder)
    const bare = `${me}@127.0.0.1:${ssh.bare.port}`
    const flags = ['--ssh-config', config, '--root', root, '--host-key', 'accept-new', '--verify-key', key, '--json']
    const {stdout, status} = await essence(['deploy', 'echo', signed.path, '--host', bare, ...flags])
    expect({status, error: JSON.parse(stdout).error}).toMatchObject({status: 8, error: {code: 'DIGEST_MISMATCH'}})
    expect(readdirSync(root)).toEqual([])
  })

  it('a first deploy that would ask whether a service may stop: the host gets its Node.js before it is asked', async () => {
    const {path, build} = await host.tarball(5, {
      ...withNode(nodeStandIn),
      manifest: {...withNode(nodeStandIn).manifest, handover: 'instead'},
    })
    const other = makeHost(ssh.program, temporaryFolder(ssh.folder))
    onTestFinished(other.close)
    const bare = `${me}@127.0.0.1:${ssh.bare.port}`
    const flags = {'ssh-config': config, 'host-key': 'accept-new' as const, quiet: true}
    const deployed = await runDeploy({
      ...{
        service: 'echo',
        tarball: path,
        builds: ssh.folder,
        start: {...times, envFile: undefined},
        handover: undefined,
        keep: 3,
      },
      ...{systemd: false, verifyKey: undefined, wait: false, dryRun: false, ask: true},
      choice: {host: [bare], root: other.host.root.root, ...flags},
      show: 'quiet',
      note: () => {},
    })
    expect(deployed).toMatchObject([{host: bare, build}])
  })

  it('a changed key is refused, whatever is asked for', async () => {
    const other = ssh.key.publicKey
    const file = readFileSync(known, 'utf8')
    writeFileSync(known, file.replace(/ssh-ed25519 \S+/, other))
    const {status, error} = await json('ps', '--host', at, '--host-key', 'accept-new')
    expect({status, code: error.code}).toEqual({status: 4, code: 'HOST_KEY_CHANGED'})
    writeFileSync(known, file)
  })

  it.each([
    [['ps', '--host', 'web1;reboot'], 'names no host'],
    [['ps', '--host', ''], 'names no host'],
    [['ps', '--host-key', 'accept-new'], '--host'],
    [['ps', '--host', 'web1', '--host-key', 'off'], 'accept-new'],
    [['ps', '--host', 'web1', '--parallel', '0'], 'parallel'],
    [['restart', 'echo', '--host', 'web1', '--env-sh', 'june.env'], 'absolute path, of the other machine'],
  ])('%j is refused', async (args, text) => {
    const {status, stderr} = await essence(args)
    expect({status, stderr: stderr.replace(/\s*›\s*/g, ' ')}).toEqual({
      status: 2,
      stderr: expect.stringContaining(text),
    })
  })
})
