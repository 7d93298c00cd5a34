import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'

/**
 * Path of the file that does operations on hosts and supervises services: `src/release/operations/program.ts` and all it needs,
 * bundled by the build. Only Node.js is needed beside it.
 */
export const hostProgramPath = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@essence/core/package.json')), 'dist/release/host-program.mjs')
