// Tests never read the settings, tokens or data of the person who runs them.
import {chmodSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll} from 'vitest'

const keep = new Set(['PATH', 'HOME', 'TMPDIR', 'LANG', 'TERM', 'CI', 'JUNE_WEIGHTS', 'JUNE_POSTGRES'])
for (const name of Object.keys(process.env)) {
  if (!keep.has(name) && !name.startsWith('VITEST') && !name.startsWith('NODE') && !name.startsWith('npm_')) {
    delete process.env[name]
  }
}

// Whatever a test leaves lies below, and goes with its file. The name is short: sockets have paths of 104 bytes at the most.
const outside = tmpdir()
const folder = mkdtempSync(join(outside, 'e-'))
// Also for programs that tests run as another user, which look into folders of their own below.
chmodSync(folder, 0o711)
process.env['TMPDIR'] = folder
const home = join(folder, 'home')
mkdirSync(home)
Object.assign(process.env, {
  HOME: home,
  JUNE_DATA_DIR: join(home, 'data'),
  MODEL_CACHE_DIR: join(home, 'models'),
  // An empty file, so that no .env of the checkout is read.
  ENV_SH: '/dev/null',
  NO_COLOR: '1',
})

afterAll(() => {
  // Processes that are about to end may still write.
  rmSync(folder, {recursive: true, force: true, maxRetries: 10, retryDelay: 100})
  // For the next file, where one process runs several.
  process.env['TMPDIR'] = outside
})
