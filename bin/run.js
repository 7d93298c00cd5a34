#!/usr/bin/env node
import {enableCompileCache} from 'node:module'

enableCompileCache()
// chalk and others read these once, at import, so they are set before anything else loads.
const {argv, env} = process
const flags = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv
if (env.NO_COLOR || flags.includes('--json') || flags.includes('--no-color')) {
  env.FORCE_COLOR = '0'
  env.NO_COLOR = '1'
}

const {execute} = await import('@oclif/core/execute')
await execute({dir: import.meta.url})
