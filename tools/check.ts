// Every check that is not a test, one after the other; all of them run, then the failures are named.
import {spawnSync} from 'node:child_process'
import {join} from 'node:path'

const root = join(import.meta.dirname, '..')
const bin = (path: string) => [process.execPath, join(root, 'node_modules', path)]

const steps: Record<string, string[]> = {
  'format and lint': [...bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'],
  'types of tests and tools': [...bin('typescript/bin/tsc'), '-p', 'tsconfig.test.json'],
  'types of the page': [...bin('typescript/bin/tsc'), '-p', 'plugins/webapp/page'],
  'dead code': bin('knip/bin/knip.js'),
  'oclif.manifest.json': [process.execPath, 'tools/write-manifests.ts', '--check'],
  'code of the protos': [process.execPath, 'tools/write-protos.ts', '--check'],
  'generated documentation': [process.execPath, '--conditions=essence-source', 'tools/write-docs.ts', '--check'],
  'pages, their length, tables and paths': [process.execPath, 'tools/check-docs.ts'],
}

const failed = Object.entries(steps).filter(([name, [command = '', ...args]]) => {
  const started = performance.now()
  const {status} = spawnSync(command, args, {cwd: root, stdio: 'inherit'})
  console.error(
    `${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
  )
  return status !== 0
})

const names = failed.map(([name]) => name)
console.error(names.length ? `check: failed: ${names.join(', ')}` : 'check: all clean')
process.exitCode = names.length ? 1 : 0
