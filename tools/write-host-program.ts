// Bundles what runs on a host (src/release/operations/program.ts) into one file without dependencies.
import {join} from 'node:path'
import {rolldown} from 'rolldown'

const core = join(import.meta.dirname, '../src/dist/release')
const bundle = await rolldown({
  input: join(core, 'operations/program.js'),
  platform: 'node',
  // It would name each module by its path from here, so that another folder gave another file.
  experimental: {attachDebugInfo: 'none'},
})
await bundle.write({file: join(core, 'host-program.mjs'), format: 'esm', codeSplitting: false, minify: false})
await bundle.close()
