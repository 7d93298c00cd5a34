// A local deploy's own time, without the service's start: a first release of telegram, and one with other code after it.
import {execFile} from 'node:child_process'
import {createHash} from 'node:crypto'
import {appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {basename, dirname, join, resolve} from 'node:path'
import {promisify} from 'node:util'
import {type ReleaseManifest, releaseManifestSchema} from '../src/release/manifest.ts'
import {pack} from '../src/release/packaging/pack/pack.ts'
import {writeManifest} from '../src/release/packaging/pack/write-manifest.ts'
import {openBotApiPeer} from '../test/peers/bot-api.ts'
import {benchFolder, compare, median} from './harness.ts'

/** ms */
const goal = 3000
const rounds = 5

const root = resolve(import.meta.dirname, '..')
const folder = benchFolder()
const run = promisify(execFile)

const essence = async (...args: string[]): Promise<{data: {path: string; hosts: {ownMs: number}[]}}> => {
  // Its children find the Node.js that runs this.
  const env = {...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}`}
  const {stdout} = await run(process.execPath, [join(root, 'bin/run.js'), ...args, '--json'], {env, maxBuffer: 64e6})
  return JSON.parse(stdout)
}

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

/** The same release with other code: what an edit of the service's sources makes of it. */
const edited = async (path: string): Promise<string> => {
  const stage = join(folder, 'stage')
  mkdirSync(stage)
  await run('tar', ['xzf', path, '-C', stage, '--strip-components=1'])
  const {build: _, ...manifest} = releaseManifestSchema.parse(
    JSON.parse(readFileSync(join(stage, 'manifest.json'), 'utf8')),
  )
  const edit = (file: ReleaseManifest['files'][number]): ReleaseManifest['files'][number] => {
    if (!/telegram\/dist\/.*\.js$/.test(file.path)) return file
    appendFileSync(join(stage, file.path), '// edited\n')
    const content = readFileSync(join(stage, file.path))
    return {...file, size: content.length, sha256: createHash('sha256').update(content).digest('hex')}
  }
  const date = new Date()
  const {service, build, files} = await writeManifest(stage, {...manifest, files: manifest.files.map(edit)}, date)
  const destination = join(folder, `june-${service}-${build}.tar.gz`)
  const signal = new AbortController().signal
  const {sha256} = await pack(stage, files, {prefix: `june-${service}`, date, destination, signal})
  writeFileSync(`${destination}.sha256`, `${sha256}  ${basename(destination)}\n`)
  rmSync(stage, {recursive: true, force: true})
  return destination
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
  const next = await edited(path)
  const place = ['--root', join(folder, 'june')]
  const deploy = async (release: string): Promise<number> => {
    const {data} = await essence('deploy', 'telegram', release, ...place, '--env-sh', envFile, '--settle', '0')
    return data.hosts[0]?.ownMs ?? Number.NaN
  }
  const first: number[] = []
  const later: number[] = []
  const plain: number[] = []
  for (let round = 0; round < rounds; round++) {
    first.push(await deploy(path))
    later.push(await deploy(next))
    await essence('stop', 'telegram', ...place, '--drain-timeout', '0')
    rmSync(join(folder, 'june'), {recursive: true, force: true})
    plain.push(await plainTar(path))
  }
  console.log(`tar xzf alone: median ${median(plain).toFixed(0)} ms`)
  for (const [what, own] of [
    ['first deploy of telegram', first],
    ['deploy of telegram with other code', later],
  ] as const) {
    const times = own.map(each => each.toFixed(0)).join(', ')
    compare(`${what}, own time, median of ${times} ms`, median(own), {atMost: goal, unit: 'ms', digits: 0})
  }
} finally {
  await peer.close()
}
