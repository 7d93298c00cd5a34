import {join} from 'node:path'
import {configDefaults, defineConfig} from 'vitest/config'
import {v8Flags} from './bin/v8-flags.js'
import {LongestFirst} from './test/setup/longest-first.ts'
import {PlainSummary} from './test/setup/reporter.ts'

const folders = ['test', 'plugins/*/test']
const setupFiles = ['test/setup/environment.ts']

export default defineConfig({
  // Tests run the TypeScript sources, not a build that may be stale. Ours alone: `source` is a name that libraries use as well.
  resolve: {conditions: ['essence-source']},
  ssr: {resolve: {conditions: ['essence-source', 'node']}},
  test: {
    // Two cores: native engines spin while they wait, so few files at a time.
    maxWorkers: 2,
    pool: 'forks',
    execArgv: v8Flags,
    // Hundreds of processes load the same packages: compiled once, it is there for all that come after.
    env: {NODE_COMPILE_CACHE: join(import.meta.dirname, '.essence/compiled')},
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Several files run at a time; a browser beside a native engine takes seconds for what it does in none.
    expect: {poll: {timeout: 15_000}},
    disableConsoleIntercept: true,
    reporters: ['default', new PlainSummary()],
    sequence: {sequencer: LongestFirst},
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: folders.map(folder => `${folder}/**/*.test.ts`),
          exclude: [...configDefaults.exclude, '**/*.real.test.ts', '**/*.weights.test.ts'],
          setupFiles: ['test/setup/environment.ts', 'test/setup/unit-guard.ts'],
          // One process for many files: to start one takes longer than most of them.
          isolate: false,
          sequence: {groupOrder: 0},
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['test/**/*.real.test.ts'],
          setupFiles,
          // They wait for processes and disks as much as they compute.
          maxWorkers: 4,
          sequence: {groupOrder: 1},
        },
      },
      {
        extends: true,
        test: {
          name: 'doors',
          include: ['plugins/*/test/**/*.real.test.ts'],
          setupFiles,
          // They wait for people, sound and networks more than they compute; a core has to be free when sound comes.
          maxWorkers: 3,
          sequence: {groupOrder: 2},
        },
      },
      {
        extends: true,
        test: {
          name: 'weights',
          include: folders.map(folder => `${folder}/**/*.weights.test.ts`),
          setupFiles,
          testTimeout: 600_000,
          // What a model says is not the same each time. A test that needed its second try is named at the end.
          retry: 1,
          // Half of them hold conversations, at the pace of speech.
          maxWorkers: 3,
          sequence: {groupOrder: 3},
        },
      },
    ],
  },
})
