// A build of the telegram service with packages in npm's cache, against `npm ci --omit=dev` and `tar czf` of the same; goals: 25 s, 1.5 ×, 90 MB.
import {spawnSync} from 'node:child_process'
import {mkdirSync, readdirSync, rmSync, statSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {chooseTarget, findServicePlugins} from '@essence/core/release/packaging/services'
import {writeStage} from '@essence/core/release/packaging/stage'
import {benchFolder, compare, median} from './harness.ts'

const goal = {seconds: 25, ratio: 1.5, megabytes: 90}
const rounds = Number(process.argv[2] ?? 3)
const checkout = join(import.meta.dirname, '..')
const base = benchFolder()
const env = {...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}`}

const secondsOf = (program: string, args: string[], cwd: string): number => {
  const started = performance.now()
  const {status, stderr} = spawnSync(program, args, {cwd, env, encoding: 'utf8', maxBuffer: 1e8})
  if (status !== 0) throw new Error(`${program} ${args[0]} ended with status ${status}: ${stderr}`)
  return (performance.now() - started) / 1000
}

/** What somebody would do by hand: install production packages from the same lock file, and pack them. */
const byHand = async (round: number): Promise<{install: number; tar: number}> => {
  const folder = join(base, `by-hand-${round}`)
  mkdirSync(folder)
  const target = chooseTarget('telegram', await findServicePlugins(checkout, []))
  await writeStage({checkout, folder, target, engines: target.engines, gpu: 'cpu'})
  const install = secondsOf(
    'npm',
    ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'],
    folder,
  )
  const tar = secondsOf('tar', ['czf', join(base, 'by-hand.tar.gz'), '.'], folder)
  rmSync(folder, {recursive: true})
  return {install, tar}
}

const ours = (): {seconds: number; megabytes: number} => {
  const output = join(base, 'out')
  const seconds = secondsOf(
    process.execPath,
    [join(checkout, 'bin/run.js'), 'build', 'telegram', '--quiet', '--output', output],
    base,
  )
  const [name = ''] = readdirSync(output).filter(file => file.endsWith('.gz'))
  const megabytes = statSync(join(output, name)).size / 1e6
  rmSync(output, {recursive: true})
  return {seconds, megabytes}
}

// Brings the compiled code up to date, and fills the cache.
ours()
const measured: {build: ReturnType<typeof ours>; hand: Awaited<ReturnType<typeof byHand>>}[] = []
for (let round = 0; round < rounds; round++) measured.push({build: ours(), hand: await byHand(round)})
const seconds = median(measured.map(({build}) => build.seconds))
const ratio = median(measured.map(({build, hand}) => build.seconds / (hand.install + hand.tar)))
const megabytes = measured[0]?.build.megabytes ?? 0
const [install, tar] = [median(measured.map(({hand}) => hand.install)), median(measured.map(({hand}) => hand.tar))]
console.log(`by hand: npm ci ${install.toFixed(1)} s, tar ${tar.toFixed(1)} s; medians of ${rounds}`)
compare('essence build telegram', seconds, {atMost: goal.seconds, unit: 's', digits: 1})
compare('essence build telegram / by hand', ratio, {atMost: goal.ratio})
compare('tarball', megabytes, {atMost: goal.megabytes, unit: 'MB', digits: 1})
