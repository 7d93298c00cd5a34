// Runs the benchmarks of this folder: `npm run bench` all of them, `npm run bench -- start-up` one, `-- --list` names them.
import {spawnSync} from 'node:child_process'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

const folder = import.meta.dirname
const names = readdirSync(folder)
  .filter(name => name.endsWith('.ts') && name !== 'run.ts')
  .map(name => name.replace(/\.ts$/, ''))
  .sort()
const wanted = process.argv.slice(2)
const unknown = wanted.filter(name => name !== '--list' && !names.includes(name))

if (wanted.includes('--list') || unknown.length > 0) {
  if (unknown.length > 0) console.error(`bench: no such benchmark: ${unknown.join(', ')}`)
  // The first line of each file says what it measures.
  for (const name of names) {
    const [first = ''] = readFileSync(join(folder, `${name}.ts`), 'utf8').split('\n')
    console.log(`${name.padEnd(16)} ${first.replace(/^\/\/\s*/, '')}`)
  }
  process.exitCode = unknown.length > 0 ? 2 : 0
} else {
  const failed = (wanted.length > 0 ? wanted : names).filter(name => {
    console.log(`\n── ${name}`)
    return spawnSync(process.execPath, [join(folder, `${name}.ts`)], {stdio: 'inherit'}).status !== 0
  })
  if (failed.length > 0) console.error(`\nbench: goal missed or failed: ${failed.join(', ')}`)
  process.exitCode = failed.length > 0 ? 1 : 0
}
