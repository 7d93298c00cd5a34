import {defineConfig} from 'vitest/config'
import {PlainSummary} from './test/setup/reporter.ts'

export default defineConfig({
  // Tests run the TypeScript sources, not a build that may be stale.
  resolve: {conditions: ['source']},
  ssr: {resolve: {conditions: ['source', 'node', 'import', 'default']}},
  test: {
    include: ['test/**/*.test.ts', 'plugins/*/test/**/*.test.ts'],
    setupFiles: ['test/setup/environment.ts'],
    // Two cores: native engines spin while they wait, so few files at a time.
    maxWorkers: 2,
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    disableConsoleIntercept: true,
    reporters: ['default', new PlainSummary()],
  },
})
