// systemd does not run where tests do: a fake systemctl stands in for it, and says so. The unit itself is checked by the
// real systemd-analyze where there is one.
import {spawnSync} from 'node:child_process'
import {chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {hostRoot, serviceLayout} from '@essence/core/release/host/layout'
import {findUnit} from '@essence/core/release/supervisor/systemd/systemd'
import {renderUnit, type UnitOptions, unitName} from '@essence/core/release/supervisor/systemd/unit'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {freePort} from '../../kit/free-port.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {bundleProgram, get, openFixture} from './fixture.ts'

const analyze = spawnSync('systemd-analyze', ['--version']).status === 0
const why = analyze ? '' : ' (skipped: there is no systemd-analyze here)'

const folder = temporaryFolder()
const program = join(folder, 'host-program.mjs')
writeFileSync(program, '')

const unit = (changes: Partial<UnitOptions> = {}): string =>
  renderUnit({
    layout: serviceLayout(hostRoot(folder), 'telegram'),
    node: process.execPath,
    program,
    sockets: join(folder, 'telegram/supervisor'),
    system: true,
    drainMs: 30_000,
    writable: [join(folder, 'data')],
    ...changes,
  })

describe('the unit', () => {
  it.skipIf(!analyze).each([
    ['of the system', {}],
    ['of a user', {system: false}],
    ['of a user of its own', {account: {name: 'june', groups: ['video'], home: '/var/lib/june'}}],
    ['with odd paths', {writable: [join(folder, 'with blank, 100% "quoted" $HOME')]}],
  ])(`%s is accepted by systemd-analyze verify${why}`, (_name, changes) => {
    const path = join(folder, 'june-telegram.service')
    writeFileSync(path, unit(changes))
    const scope = 'system' in changes ? ['--user'] : []
    const {status, stdout, stderr} = spawnSync('systemd-analyze', ['verify', '--man=no', ...scope, path], {
      encoding: 'utf8',
      env: {...process.env, XDG_RUNTIME_DIR: folder},
    })
    expect(`${stdout}${stderr}`).toBe('')
    expect(status).toBe(0)
  })

  it.skipIf(!analyze)(`is hardened${why}`, () => {
    const path = join(folder, 'june-telegram.service')
    writeFileSync(path, unit())
    const said = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', path], {encoding: 'utf8'})
    const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(said.stdout)?.[1])
    // Of 10 (no sandbox at all); below 4 it is called OK or better. GPU, JIT and the network cost the rest.
    expect(exposure).toBeLessThan(4)
  })

  it('of a user of its own is none of root, may listen below 1024, and writes its log', () => {
    const text = unit({account: {name: 'june', groups: ['video', 'render'], home: '/var/lib/june'}})
    expect(text).toMatch(/^User=june$/m)
    expect(text).toMatch(/^SupplementaryGroups=video render$/m)
    expect(text).toMatch(/^Environment="HOME=\/var\/lib\/june"$/m)
    expect(text).toMatch(/^AmbientCapabilities=CAP_NET_BIND_SERVICE$/m)
    expect(text).toContain(`ReadWritePaths="${join(folder, 'log')}"\n`)
    expect(unit()).not.toMatch(/^User=/m)
  })

  it('leaves time to drain, is drained by its supervisor, and keeps the GPU and the JIT', () => {
    const text = unit({drainMs: 61_500})
    expect(text).toMatch(/^TimeoutStopSec=77$/m)
    expect(text).toMatch(/^KillMode=mixed$/m)
    expect(text).not.toMatch(/^(?:MemoryDenyWriteExecute|PrivateDevices|DevicePolicy)=/m)
  })

  it('lets the service see homes only where something of it is in one', () => {
    expect(unit({node: '/usr/bin/node'})).toMatch(/^ProtectHome=yes$/m)
    expect(unit({writable: ['/home/june/data']})).toMatch(/^ProtectHome=read-only$/m)
  })
})

describe('a supervisor as a unit', () => {
  const path = process.env['PATH'] ?? ''
  let calls: string
  beforeEach(() => {
    const bin = temporaryFolder()
    calls = join(bin, 'calls')
    // Fake: knows no more than to start what the unit says.
    writeFileSync(
      join(bin, 'systemctl'),
      `#!/bin/sh
echo "fake systemctl: $*" >&2
echo "$*" >>"${calls}"
[ "$1" != --user ] || shift
case $1 in
is-system-running) echo "\${FAKE_STATE:-running}"; [ "\${FAKE_STATE:-running}" = running ] ;;
restart)
  [ -z "$FAKE_REFUSES" ] || { echo "Job failed." >&2; exit 1; }
  user=$(sed -n 's/^User=//p' "${bin}/units/$2")
  eval "\${user:+runuser -u $user -- }setsid $(sed -n 's/^ExecStart=//p' "${bin}/units/$2") </dev/null >/dev/null 2>&1 &" ;;
esac
`,
    )
    chmodSync(join(bin, 'systemctl'), 0o755)
    mkdirSync(join(bin, 'units'))
    process.env['PATH'] = `${bin}:${path}`
  })
  afterEach(() => {
    process.env['PATH'] = path
    delete process.env['FAKE_STATE']
    delete process.env['FAKE_REFUSES']
  })
  const units = (): string => join(calls, '../units')
  const called = (): string[] => readFileSync(calls, 'utf8').trim().split('\n')

  it.each([true, false])('is enabled and started (of the system: %s)', async system => {
    const fixture = openFixture(await bundleProgram(), {systemd: {system, units: units()}})
    const port = await freePort()
    const data = join(folder, `data-${system}`)
    const envFile = fixture.environment({FIXTURE_PORT: port, FIXTURE_DATA_DIR: data})
    const build = fixture.release()
    const control = await fixture.supervisor({build, envFile, drainMs: 4000})
    try {
      await fixture.switchTo(control, build, {envFile})
      expect(await get(port)).toBe(`${build} `)
      const prefix = system ? '' : '--user '
      expect(called()).toEqual(
        ['is-system-running', 'daemon-reload', 'enable june-fixture.service', 'restart june-fixture.service'].map(
          call => prefix + call,
        ),
      )
      const text = readFileSync(join(units(), unitName('fixture')), 'utf8')
      expect(text).toContain('TimeoutStopSec=19')
      if (system) expect(text).toContain(`ReadWritePaths="${data}"`)
    } finally {
      await control.stop({drainMs: 1000}, () => {})
    }
  })

  it.each([
    [{FAKE_STATE: 'offline'}, {code: 'PROGRAM_MISSING', message: 'systemd does not run on this machine.'}],
    [{FAKE_REFUSES: '1'}, {code: 'PROGRAM_FAILED', message: expect.stringContaining('Job failed.')}],
  ])('is refused where systemd cannot: %j', async (env, expected) => {
    Object.assign(process.env, env)
    const fixture = openFixture(program, {systemd: {system: true, units: units()}})
    await expect(fixture.supervisor({build: fixture.release()})).rejects.toMatchObject(expected)
  })

  const canBecome = process.getuid?.() === 0 && spawnSync('runuser', ['-u', 'nobody', '--', 'true']).status === 0
  const mayNot = canBecome ? '' : ' (skipped: this is not root, or there is no runuser)'

  it.skipIf(!canBecome)(`of root runs as the user it is given, who owns no more than it must${mayNot}`, async () => {
    const root = temporaryFolder()
    const open = (path: string) => chmodSync(path, 0o755)
    const program = join(root, 'program.mjs')
    writeFileSync(program, readFileSync(await bundleProgram()))
    const fixture = openFixture(program, {systemd: {system: true, units: units()}})
    const {layout} = fixture
    for (let path = layout.folder; path.startsWith(tmpdir()) && path !== tmpdir(); path = dirname(path)) open(path)
    open(root)
    const data = join(root, 'data')
    const port = await freePort()
    const envFile = fixture.environment({FIXTURE_PORT: port, FIXTURE_DATA_DIR: data})
    chmodSync(envFile, 0o600)
    const build = fixture.release()
    await expect(fixture.supervisor({build, envFile, drainMs: 4000}, 'nobody')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      suggestions: [expect.stringContaining(`chmod 640 ${envFile}`), expect.any(String)],
    })
    chmodSync(envFile, 0o644)
    const control = await fixture.supervisor({build, envFile, drainMs: 4000}, 'nobody')
    try {
      await fixture.switchTo(control, build, {envFile})
      expect(await get(port)).toBe(`${build} `)
      const {pid} = await control.status()
      const nobody = Number(spawnSync('id', ['-u', 'nobody'], {encoding: 'utf8'}).stdout)
      expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(new RegExp(`^Uid:\\s+${nobody}\\s`, 'm'))
      const owner = (path: string) => lstatSync(path).uid
      expect([layout.current, layout.consoleLog, data].map(owner)).toEqual([nobody, nobody, nobody])
      expect([layout.folder, layout.releases, join(layout.releases, build, 'run.sh')].map(owner)).toEqual([0, 0, 0])
      // It may add to the folder of the service, and not take from it.
      expect(statSync(layout.folder).mode & 0o7777).toBe(0o1775)
    } finally {
      await control.stop({drainMs: 1000}, () => {})
    }
  })

  it('is found by the service and its folder, and removed', async () => {
    const scope = {system: true, units: units()}
    const fixture = openFixture(await bundleProgram(), {systemd: scope})
    const control = await fixture.supervisor({build: fixture.release()})
    await control.stop({drainMs: 0}, () => {})
    const elsewhere = serviceLayout(hostRoot(temporaryFolder()), 'fixture')
    expect(await findUnit(elsewhere, scope)).toBeUndefined()
    const unit = await findUnit(fixture.layout, scope)
    expect(unit?.path).toBe(join(units(), unitName('fixture')))
    await unit?.remove()
    expect(called().slice(-2)).toEqual(['disable --now june-fixture.service', 'daemon-reload'])
    expect(existsSync(join(units(), unitName('fixture')))).toBe(false)
    expect(await findUnit(fixture.layout, scope)).toBeUndefined()
  })

  it('is started where systemd runs, but another unit has failed', async () => {
    process.env['FAKE_STATE'] = 'degraded'
    const fixture = openFixture(await bundleProgram(), {systemd: {system: true, units: units()}})
    const control = await fixture.supervisor({build: fixture.release()})
    expect(await control.status()).toMatchObject({state: 'stopped'})
    await control.stop({drainMs: 0}, () => {})
  })
})
