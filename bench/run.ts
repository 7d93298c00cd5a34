// Runs the benchmarks of this folder, from the sources: `npm run bench` all of them, `npm run bench -- start-up 5` one, with
// arguments that its first lines tell, `npm run bench -- --list` names them.
import {spawnSync} from 'node:child_process'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

const folder = import.meta.dirname
const names = readdirSync(folder)
  .filter(name => name.endsWith('.ts') && name !== 'run.ts' && name !== 'harness.ts')
  .map(name => name.replace(/\.ts$/, ''))
  .sort()
const asked = process.argv.slice(2)
const firstArgument = asked.findIndex(word => !names.includes(word))
const wanted = firstArgument < 0 ? asked : asked.slice(0, firstArgument)
const given = asked.slice(wanted.length)

const list = (): void => {
  // The first line of each file says what it measures.
  for (const name of names) {
    const [first = ''] = readFileSync(join(folder, `${name}.ts`), 'utf8').split('\n')
    console.log(`${name.padEnd(16)} ${first.replace(/^\/\/\s*/, '')}`)
  }
}

if (asked[0] === '--list') list()
else if (given.length > 0 && wanted.length !== 1) {
  console.error(`bench: no such benchmark: ${given[0]}`)
  list()
  process.exitCode = 2
} else {
  const failed = (wanted.length > 0 ? wanted : names).filter(name => {
    console.log(`\n── ${name}`)
    const command = ['--conditions=essence-source', join(folder, `${name}.ts`), ...given]
    return spawnSync(process.execPath, command, {stdio: 'inherit'}).status !== 0
  })
  if (failed.length > 0) console.error(`\nbench: goal missed or failed: ${failed.join(', ')}`)
  process.exitCode = failed.length > 0 ? 1 : 0
}
