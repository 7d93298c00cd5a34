#!/usr/bin/env -S node --conditions=essence-source
// Runs the commands of this checkout from their TypeScript sources, without a build.
import {setFlagsFromString} from 'node:v8'
import {execute} from '@oclif/core/execute'
import {v8Flags} from './v8-flags.js'

for (const flag of v8Flags) setFlagsFromString(flag)
await execute({dir: import.meta.url, development: true, loadOptions: {root: import.meta.dirname, ignoreManifest: true}})
