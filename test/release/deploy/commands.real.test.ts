// The commands as a person or a script runs them, on this machine.
import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync, rmSync} from 'node:fs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {essence, runScript} from '../../kit/run-essence.ts'
import {bundleHostProgram, type HostFixture, inputOf, makeHost, runProgram} from '../host/fixture.ts'

let host: HostFixture
let root: string
beforeAll(async () => {
  host = makeHost(await bundleHostProgram())
  root = host.host.root.root
})
afterAll(async () => {
  await host.close()
})

const ask = (...args: string[]) => essence([...args, '--root', root])
const json = async (...args: string[]) => {
  const {stdout, stderr, status} = await ask(...args, '--json')
  expect(stderr).toBe('')
  return {status, ...JSON.parse(stdout)}
}

describe('before anything is deployed', () => {
  it('ps is empty, and a service that is not there is an error', async () => {
    expect((await ask('ps')).stdout).toBe('Nothing is deployed here.\n')
    expect(await json('restart', 'echo')).toMatchObject({status: 2, error: {code: 'RELEASE_UNKNOWN'}})
    expect((await ask('history', 'echo')).stdout).toBe('Nothing was done here yet.\n')
  })

  it('a tarball that is not there, or has no digest beside it, is an error', async () => {
    expect(await json('deploy', 'echo', 'none.tar.gz')).toMatchObject({
      status: 2,
      error: {code: 'INPUT_NOT_FOUND', message: 'There is no tarball none.tar.gz.'},
    })
    expect(await json('deploy', 'nobody')).toMatchObject({
      status: 2,
      error: {code: 'INPUT_NOT_FOUND', suggestions: ['Build one: essence build nobody']},
    })
    const {path} = await host.tarball(1)
    rmSync(`${path}.sha256`)
    expect(await json('deploy', 'echo', path)).toMatchObject({
      status: 2,
      error: {message: expect.stringContaining('.sha256')},
    })
  })

  it.each([['history'], ['stop'], ['lock', 'release']])(
    '%s of a service whose name leads elsewhere is refused',
    async (...command) => {
      expect(await json(...command, '../../etc')).toMatchObject({
        status: 2,
        error: {code: 'USAGE', message: expect.stringContaining('small letters')},
      })
    },
  )

  it.each([
    ['--settle', 'soon'],
    ['--ready-timeout', '-1'],
    ['--drain-timeout', '1e9'],
    ['--keep', '0'],
    ['--handover', 'aside'],
  ])('%s %s is refused', async (flag, value) => {
    expect(await ask('deploy', 'echo', `${flag}=${value}`)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(flag.slice(2)),
    })
  })
})

describe('a deploy', () => {
  it('that is only planned says what it would do', async () => {
    const {path, build} = await host.tarball(1)
    const {stdout, stderr, status} = await ask('deploy', 'echo', path, '--dry-run', '--settle', '0.02')
    expect({stderr, status}).toEqual({stderr: '', status: 0})
    expect(stdout).toContain(`echo ${build} would replace nothing on this machine:\n`)
    expect(stdout).toMatch(/Check the digest ✓ +sha256/)
    expect(stdout).toMatch(/See that it stays so +and still after 20 ms/)
    const {data} = await json('deploy', 'echo', path, '--dry-run')
    expect(data.hosts[0]).toMatchObject({
      host: 'this machine',
      build,
      plan: expect.arrayContaining([{step: 'digest', state: 'done', detail: expect.any(String)}]),
    })
  })

  it('tells its steps on stderr, its result on stdout, and is seen by the others', async () => {
    const one = await host.tarball(1)
    const first = await ask('deploy', 'echo', one.path, '--settle', '0.02', '--yes')
    expect(first.stdout).toMatch(new RegExp(`^echo ${one.build} serves on this machine, ready after [0-9.]+ s\\.\n$`))
    expect(first.stderr).toContain('Check every file')
    expect(first.status).toBe(0)
    const two = await host.tarball(2)
    const second = await json('deploy', 'echo', two.path)
    expect(second).toMatchObject({
      ok: true,
      data: {hosts: [{host: 'this machine', build: two.build, previous: one.build, gapMs: 0}]},
    })

    const {stdout} = await ask('ps', 'echo')
    expect(stdout).toMatch(new RegExp(`echo +${two.build} +[0-9]+ +[0-9]+ s +0 +ready`))
    expect(stdout).toMatch(new RegExp(`${two.build} +good +deployed .+ current`))
    expect(stdout).toMatch(new RegExp(`${one.build} +good +deployed .+ previous`))
    expect((await json('lock', 'status', 'echo')).data).toEqual({
      hosts: [{host: 'this machine', state: 'done', free: true}],
    })
  })

  it('that fails ends with its status, and shows the last lines of the release', async () => {
    const {path} = await host.tarball(3, {behaviour: 'exits'})
    const {status, stdout, stderr} = await ask('deploy', 'echo', path)
    expect({status, stdout}).toEqual({status: 6, stdout: ''})
    expect(stderr).toContain('Wait until it is ready: failed')
    expect(stderr).toMatch(/Its last \d+ lines:\n {2}started/)
    expect(stderr).toContain('Code: DEPLOY_FAILED')
    const {data, error} = await json('deploy', 'echo', path)
    expect(error).toMatchObject({code: 'DEPLOY_FAILED', exit: 6})
    expect(data.log.join('\n')).toContain('MODEL_MISSING')
  })

  it('is interrupted by Ctrl-C, and leaves nothing', async () => {
    const {path, build} = await host.tarball(4, {behaviour: 'never'})
    const child = spawn(process.execPath, [runScript, 'deploy', 'echo', path, '--root', root], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.setEncoding('utf8')
    for await (const part of child.stderr) {
      said += part
      if (/^Start: process/m.test(said) && !child.killed) child.kill('SIGINT')
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    expect(said).toContain('CANCELLED')
    expect(child.exitCode).toBe(130)
    expect(await host.folders()).not.toContain(build)
    expect((await json('ps')).data.hosts[0].services[0]).toMatchObject({running: {state: 'ready'}})
  })

  it('is refused while another is at work, whose lock can be seen and taken', async () => {
    const {path} = await host.tarball(5, {behaviour: 'never'})
    const asked = runProgram(
      host.host.program,
      'deploy',
      root,
      inputOf({path, sha256: readFileSync(`${path}.sha256`, 'utf8').slice(0, 64)}),
    )
    await asked.until('health', 'started')
    expect(await json('deploy', 'echo', path)).toMatchObject({
      status: 7,
      error: {code: 'LOCKED', message: expect.stringContaining('deploy by')},
    })
    expect((await ask('lock', 'status', 'echo')).stdout).toMatch(
      /^echo on this machine: locked: deploy by .+ \(process \d+\), since /,
    )
    expect((await ask('lock', 'release', 'echo')).status).toBe(7)
    expect((await ask('lock', 'release', 'echo', '--force')).stdout).toBe(
      'echo on this machine: the lock is released.\n',
    )
    asked.child.kill('SIGKILL')
    await asked.ended
  })
})

const hasScript = spawnSync('script', ['--version']).status === 0

it.skipIf(!hasScript)('stop asks a person at a terminal (skipped where script is missing)', () => {
  const atTerminal = (answer: string, ...args: string[]) =>
    spawnSync(
      'script',
      ['-qec', [process.execPath, runScript, ...args, '--root', root].map(word => `'${word}'`).join(' '), '/dev/null'],
      {input: answer, encoding: 'utf8'},
    )
  const refused = atTerminal('n\n', 'stop', 'echo')
  expect(refused.stdout).toContain('echo runs on this machine and would be stopped. Go on? [y/N]')
  expect(refused.stdout).toContain('Nothing was changed.')
  expect(refused.status).toBe(130)
  // It starts beside the one that serves, so there is nothing to ask.
  expect(atTerminal('', 'restart', 'echo')).toMatchObject({status: 0, stdout: expect.not.stringContaining('[y/N]')})
  expect(atTerminal('', 'stop', 'echo', '--yes')).toMatchObject({status: 0})
  expect(atTerminal('', 'start', 'echo')).toMatchObject({status: 0})
})

it('rollback, stop, start, restart and history do and say what they should', async () => {
  const [service] = (await json('ps', 'echo')).data.hosts[0].services
  const previous = service.releases.find((release: {previous: boolean}) => release.previous).build
  expect((await ask('rollback', 'echo')).stdout).toBe(
    `echo ${previous} serves on this machine again, instead of ${service.current}.\n`,
  )
  expect((await ask('restart', 'echo')).stdout).toBe(`echo ${previous} was started anew on this machine.\n`)
  expect((await ask('stop', 'echo')).stdout).toBe('echo is stopped on this machine.\n')
  expect((await ask('stop', 'echo')).stdout).toBe('echo did not run on this machine.\n')
  expect((await ask('ps')).stdout).toMatch(/echo +\S+ +- +- +- +stopped/)
  expect((await ask('start', 'echo')).stdout).toBe(`echo ${previous} serves on this machine.\n`)
  const {data} = await json('history', 'echo', '--last', '5')
  expect(data.hosts[0].entries.map(({action, ok}: {action: string; ok: boolean}) => `${action} ${ok}`)).toEqual([
    ...['rollback true', 'restart true', 'stop true', 'stop true', 'start true'],
  ])
})
