#!/usr/bin/env -S node --conditions=essence-source
// Runs the commands of this checkout from their TypeScript sources, without a build.
import {execute} from '@oclif/core/execute'

await execute({dir: import.meta.url, development: true, loadOptions: {root: import.meta.dirname, ignoreManifest: true}})
