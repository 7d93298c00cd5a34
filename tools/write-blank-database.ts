// Makes the database that a first start begins with, packed (src/store/blank): once, and again when something else would make it.
import {createHash} from 'node:crypto'
import {cpSync, readFileSync, rmSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {mock} from 'node:test'
import {blankFolder, readPacked} from '../src/store/blank/packed.ts'

const root = join(import.meta.dirname, '..')
const recipe = createHash('sha256').update(process.versions['brotli'] ?? '')
for (const file of ['tools/write-blank-database.ts', 'src/store/blank/make.ts', 'src/store/bring-up-to-date.ts'])
  recipe.update(readFileSync(join(root, file)))
// A build begins by removing what the one before made.
const all = join(root, '.essence/blank-database')
const kept = join(all, recipe.digest('hex').slice(0, 16))

if (!readPacked(kept)) {
  // The system identifier is of the time, and a nonce is random: a release is the same bytes whenever and wherever it is built.
  mock.timers.enable({apis: ['Date'], now: Date.UTC(2026, 0, 1)})
  mock.method(performance, 'now', () => 0)
  mock.method(createRequire(import.meta.url)('node:crypto'), 'randomFillSync', (array: Uint8Array) => array.fill(0))
  rmSync(all, {recursive: true, force: true})
  const {makePacked} = await import('../src/store/blank/make.ts')
  await makePacked(kept)
}
cpSync(kept, blankFolder, {recursive: true})
