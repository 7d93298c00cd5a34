#!/usr/bin/env node
import {enableCompileCache} from 'node:module'
import {setFlagsFromString} from 'node:v8'
import {v8Flags} from './v8-flags.js'

enableCompileCache()
for (const flag of v8Flags) setFlagsFromString(flag)
// chalk and others read these once, at import, so they are set before anything else loads.
const {argv, env} = process
const flags = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv
if (env.NO_COLOR || flags.includes('--json') || flags.includes('--no-color')) {
  env.FORCE_COLOR = '0'
  env.NO_COLOR = '1'
}
// A plugin that is linked ships JavaScript; oclif warns at every start that it will not compile it.
env.OCLIF_DISABLE_LINKED_ESM_WARNING ??= '1'

// A reader that has seen enough, as `| head -1`, is no failure; without this the end of the output is waited for in vain.
process.stdout.on('error', error => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

const {execute} = await import('@oclif/core/execute')
await execute({dir: import.meta.url})
