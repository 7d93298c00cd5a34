// What ./bin/essence adds to starting the CLI directly once everything is set up; goal: at most 100 ms.
import {spawnSync} from 'node:child_process'
import {join} from 'node:path'
import {compare, median} from './harness.ts'

const goalMs = 100
const pairs = Number(process.argv[2] ?? 15)
const root = join(import.meta.dirname, '..')

const run = (command: string, args: string[]): number => {
  const started = performance.now()
  const {status, stderr} = spawnSync(command, args, {cwd: root, encoding: 'utf8'})
  if (status !== 0) throw new Error(`${command} ended with status ${status}: ${stderr}`)
  return performance.now() - started
}
const throughSetUp = (): number => run(join(root, 'bin/essence'), ['exit-codes'])
const directly = (): number => run(process.execPath, [join(root, 'bin/run.js'), 'exit-codes'])

throughSetUp()
directly()
const measured = Array.from({length: pairs}, () => ({with: throughSetUp(), without: directly()}))
const added = median(measured.map(pair => pair.with - pair.without))
console.log(
  `./bin/essence ${median(measured.map(pair => pair.with)).toFixed(0)} ms, run.js ${median(measured.map(pair => pair.without)).toFixed(0)} ms`,
)
compare(`added, median of ${pairs} pairs`, added, {atMost: goalMs, unit: 'ms', digits: 0})
