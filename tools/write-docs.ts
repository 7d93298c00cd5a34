// Writes the documentation that comes from code; --check only compares.
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {commandsPage} from './docs/commands.ts'
import {configurationPage, envExample} from './docs/configuration.ts'
import {exitCodesPage} from './docs/exit-codes.ts'
import {settingsGroups} from './docs/settings-groups.ts'

const root = join(import.meta.dirname, '..')
const check = process.argv.includes('--check')

const groups = await settingsGroups(root)
const pages: Record<string, string> = {
  '.env.example': envExample(groups),
  'docs/configuration.md': configurationPage(groups),
  'docs/exit-codes.md': exitCodesPage(),
  'docs/commands.md': commandsPage(root),
}

for (const [name, text] of Object.entries(pages)) {
  const file = join(root, name)
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue
  if (check) {
    console.error(`${name} is not what the code says; run: node --conditions=essence-source tools/write-docs.ts`)
    process.exitCode = 1
  } else {
    mkdirSync(dirname(file), {recursive: true})
    writeFileSync(file, text)
    console.error(`wrote ${name}`)
  }
}
