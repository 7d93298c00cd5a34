// Start-up of essence against an empty oclif CLI with the same oclif plugins, alternating; goal: median ratio at most 1.3.
import {spawnSync} from 'node:child_process'
import {mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {benchFolder, compare, median} from './harness.ts'

const goal = 1.3
const pairs = Number(process.argv[2] ?? 25)
const root = resolve(import.meta.dirname, '..')
const folder = benchFolder()

/** What somebody who knows oclif would write for one command, compile cache and manifest included. */
const writeEmptyCli = (): string => {
  const {oclif, dependencies} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const plugins = oclif.plugins.filter((name: string) => name.startsWith('@oclif/'))
  const manifest = {
    name: 'empty',
    version: '1.0.0',
    type: 'module',
    oclif: {bin: 'empty', dirname: 'empty', commands: './commands', plugins},
    dependencies: Object.fromEntries(plugins.map((name: string) => [name, dependencies[name]])),
  }
  const cli = join(folder, 'empty')
  mkdirSync(join(cli, 'commands'), {recursive: true})
  symlinkSync(join(root, 'node_modules'), join(cli, 'node_modules'))
  writeFileSync(join(cli, 'package.json'), JSON.stringify(manifest))
  writeFileSync(
    join(cli, 'commands/hello.js'),
    `import {Command} from '@oclif/core'\nexport default class Hello extends Command {\n  async run() {\n    await this.parse(Hello)\n    this.log('hello')\n  }\n}\n`,
  )
  writeFileSync(
    join(cli, 'run.js'),
    `import {enableCompileCache} from 'node:module'\nenableCompileCache()\nconst {execute} = await import('@oclif/core/execute')\nawait execute({dir: import.meta.url})\n`,
  )
  const manifestScript = `import {Plugin} from '@oclif/core'
import {writeFileSync} from 'node:fs'
const plugin = new Plugin({root: process.argv[1], type: 'core', ignoreManifest: true})
await plugin.load()
writeFileSync(process.argv[1] + '/oclif.manifest.json', JSON.stringify(plugin.manifest))`
  spawnSync(process.execPath, ['--input-type=module', '-e', manifestScript, cli], {cwd: cli, stdio: 'inherit'})
  return join(cli, 'run.js')
}

interface Run {
  wall: number
  cpu: number
}

/** One run: wall time, and the CPU time of the process, which tells more on a busy machine; both in ms. */
const time = (script: string, args: string[]): Run => {
  const {PATH} = process.env
  const started = performance.now()
  const {status, stderr} = spawnSync(process.execPath, ['--require', join(folder, 'cpu.cjs'), script, ...args], {
    cwd: folder,
    env: {PATH, HOME: folder},
    encoding: 'utf8',
  })
  const wall = performance.now() - started
  if (status !== 0) throw new Error(`${script} ${args.join(' ')} ended with ${status}: ${stderr}`)
  return {wall, cpu: Number(stderr.trim().split('\n').at(-1))}
}

writeFileSync(
  join(folder, 'cpu.cjs'),
  `process.on('exit', () => { const {user, system} = process.cpuUsage(); require('fs').writeSync(2, '\\n' + (user + system) / 1000) })`,
)
const [empty, ours] = [writeEmptyCli(), join(root, 'bin/run.js')]
const cases: [string, string[], string[]][] = [
  ['--version', ['--version'], ['--version']],
  ['one command', ['hello'], ['exit-codes']],
]
for (const [name, theirArgs, ourArgs] of cases) {
  // The first runs fill the compile caches.
  for (let warm = 0; warm < 2; warm++) [time(empty, theirArgs), time(ours, ourArgs)]
  const measured = Array.from({length: pairs}, (_, index) => {
    // Who goes first alternates, so that what comes in waves meets both.
    if (index % 2 === 1) return {ours: time(ours, ourArgs), empty: time(empty, theirArgs)}
    const theirs = time(empty, theirArgs)
    return {ours: time(ours, ourArgs), empty: theirs}
  })
  for (const key of ['wall', 'cpu'] as const) {
    const ms = (who: 'ours' | 'empty') => median(measured.map(pair => pair[who][key])).toFixed(0)
    const ratio = median(measured.map(pair => pair.ours[key] / pair.empty[key]))
    const what = `${name}, essence : empty CLI, ${pairs} pairs, ${key} ${ms('ours')} : ${ms('empty')} ms, median ratio`
    compare(what, ratio, {atMost: goal})
  }
}
