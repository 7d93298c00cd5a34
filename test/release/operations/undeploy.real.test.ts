// Removing a service from a machine, beside another one.
import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {serviceLayout} from '@essence/core/release/host/layout'
import {beforeAll, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {bundleHostProgram, type HostFixture, openHost} from '../host/fixture.ts'

let program: string
beforeAll(async () => {
  program = await bundleHostProgram()
})

const write = (path: string): void => {
  mkdirSync(dirname(path), {recursive: true})
  writeFileSync(path, '')
}

/** A host on which echo serves, with data and logs, beside a service that is only deployed. */
const furnished = async () => {
  const host = openHost(program)
  const data = temporaryFolder()
  const envFile = await host.envFile({JUNE_DATA_DIR: data})
  await host.deploy(await host.tarball(1), {envFile})
  const other = serviceLayout(host.host.root, 'other')
  for (const path of [join(data, 'echo/inbox.json'), join(data, 'other/inbox.json'), other.log, `${host.layout.log}.1`])
    write(path)
  write(join(other.releases, 'x/manifest.json'))
  return {
    host,
    data,
    envFile,
    others: [join(other.releases, 'x/manifest.json'), other.log, join(data, 'other/inbox.json'), envFile],
  }
}
const undeploy = (host: HostFixture, more: {purge?: boolean; dryRun?: boolean} = {}) =>
  host.perform('undeploy', {service: 'echo', purge: false, dryRun: false, ...more})
const running = async (host: HostFixture) => (await host.perform('status', {service: 'echo'}))[0]?.running?.state

describe('undeploy', () => {
  it('ends the service and removes what deploys brought, and no data', async () => {
    const {host, data, envFile, others} = await furnished()
    const {layout} = host
    const result = await undeploy(host)
    expect(result).toMatchObject({ran: true, removed: [layout.folder]})
    expect(result.kept.sort()).toEqual(
      [layout.log, `${layout.log}.1`, layout.consoleLog, join(data, 'echo'), envFile].sort(),
    )
    expect(result.kept.filter(path => !existsSync(path))).toEqual([])
    expect(others.filter(path => !existsSync(path))).toEqual([])
    expect(readdirSync(host.host.root.root).sort()).toEqual(['log', 'other'])
    expect(await running(host)).toBeUndefined()
  })

  it('says what it would do, and does nothing', async () => {
    const {host, data} = await furnished()
    const planned = await undeploy(host, {dryRun: true, purge: true})
    expect(planned).toMatchObject({
      ran: true,
      removed: expect.arrayContaining([host.layout.folder, join(data, 'echo')]),
    })
    expect(planned.removed.filter(path => !existsSync(path))).toEqual([])
    expect(await running(host)).toBe('ready')
  })

  it('removes logs and data of this service alone when told to', async () => {
    const {host, others} = await furnished()
    const {removed, kept} = await undeploy(host, {purge: true})
    expect(removed.filter(path => existsSync(path))).toEqual([])
    expect(kept.filter(path => !existsSync(path))).toEqual([])
    expect(others.filter(path => !existsSync(path))).toEqual([])
  })

  it('finishes what was killed on the way, and knows what was never there', async () => {
    const {host} = await furnished()
    await undeploy(host)
    write(join(host.host.root.root, '.removed-echo/releases/x'))
    expect(await undeploy(host)).toMatchObject({ran: false})
    expect(readdirSync(host.host.root.root).sort()).toEqual(['log', 'other'])
    await expect(undeploy(host)).rejects.toMatchObject({code: 'RELEASE_UNKNOWN'})
    expect(readdirSync(host.host.root.root).sort()).toEqual(['log', 'other'])
  })

  it('leaves everything to a deploy that is at work', async () => {
    const {host} = await furnished()
    const slow = await host.tarball(2, {behaviour: 'never'})
    const stop = new AbortController()
    const deploying = host.deploy(slow, {}, stop.signal).catch(error => error)
    while (host.steps().health !== 'started') await host.next()
    await expect(undeploy(host)).rejects.toMatchObject({code: 'LOCKED'})
    stop.abort()
    await deploying
    expect(await running(host)).toBe('ready')
  })
})
