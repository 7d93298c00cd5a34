// A local deploy's own time, without the service's start: a release of telegram checked, unpacked, verified, switched to.
import {execFile} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join, resolve} from 'node:path'
import {promisify} from 'node:util'
import {openBotApiPeer} from '../test/peers/bot-api.ts'

/** ms */
const goal = 3000
const rounds = 5

const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'essence-deploy-bench-'))
const run = promisify(execFile)

const essence = async (...args: string[]): Promise<{data: {path: string; hosts: {ownMs: number}[]}}> => {
  // Its children find the Node.js that runs this.
  const env = {...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}`}
  const {stdout} = await run(process.execPath, [join(root, 'bin/run.js'), ...args, '--json'], {env, maxBuffer: 64e6})
  return JSON.parse(stdout)
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** The newest release of telegram there is; made, where there is none. */
const tarball = async (): Promise<string> => {
  const builds = join(root, 'build')
  const names = existsSync(builds) ? readdirSync(builds) : []
  const newest = names
    .filter(name => /^june-telegram-.*\.tar\.gz$/.test(name))
    .sort()
    .at(-1)
  return newest === undefined ? (await essence('build', 'telegram')).data.path : join(builds, newest)
}

/** What unpacking alone takes elsewhere: `tar xzf`, ms. */
const plainTar = async (path: string): Promise<number> => {
  const into = join(folder, 'plain')
  mkdirSync(into)
  const started = performance.now()
  await run('tar', ['xzf', path, '-C', into])
  const ms = performance.now() - started
  rmSync(into, {recursive: true, force: true})
  return ms
}

const peer = await openBotApiPeer()
try {
  const path = await tarball()
  const settings = {
    ...{JUNE_TEST_MODE: 'mock', JUNE_DATA_DIR: join(folder, 'data'), TELEGRAM_SERVICE_PORT: 0},
    ...{TELEGRAM_BOT_TOKEN: peer.token, TELEGRAM_API_ROOT: peer.root},
  }
  const envFile = join(folder, 'telegram.env')
  writeFileSync(
    envFile,
    Object.entries(settings)
      .map(([name, value]) => `${name}='${value}'\n`)
      .join(''),
  )
  const own: number[] = []
  const plain: number[] = []
  for (let round = 0; round < rounds; round++) {
    const place = ['--root', join(folder, 'june')]
    const {data} = await essence('deploy', 'telegram', path, ...place, '--env-sh', envFile, '--settle', '0')
    own.push(data.hosts[0]?.ownMs ?? Number.NaN)
    await essence('stop', 'telegram', ...place, '--drain-timeout', '0')
    rmSync(join(folder, 'june'), {recursive: true, force: true})
    plain.push(await plainTar(path))
  }
  const ms = median(own)
  const times = own.map(each => each.toFixed(0)).join(', ')
  console.log(
    `deploy of telegram, own time: median ${ms.toFixed(0)} ms of ${times} (goal ${goal} ms): ${ms > goal ? 'MISSED' : 'ok'}; tar xzf alone: median ${median(plain).toFixed(0)} ms`,
  )
  if (ms > goal) process.exitCode = 1
} finally {
  await peer.close()
  rmSync(folder, {recursive: true, force: true})
}
