// Tests never read the settings, tokens or data of the person who runs them.
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll} from 'vitest'

const keep = new Set(['PATH', 'HOME', 'TMPDIR', 'LANG', 'TERM', 'CI'])
for (const name of Object.keys(process.env)) {
  if (!keep.has(name) && !name.startsWith('VITEST') && !name.startsWith('NODE') && !name.startsWith('npm_')) {
    delete process.env[name]
  }
}

const home = mkdtempSync(join(tmpdir(), 'essence-test-'))
Object.assign(process.env, {
  HOME: home,
  JUNE_DATA_DIR: join(home, 'data'),
  MODEL_CACHE_DIR: join(home, 'models'),
  // An empty file, so that no .env of the checkout is read.
  ENV_SH: '/dev/null',
  NO_COLOR: '1',
})

afterAll(() => rmSync(home, {recursive: true, force: true}))
