import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {long} from '../setup/longest-first.ts'
import {root} from './imports.ts'

it('files that begin first are there', () => {
  expect(long.filter(path => !existsSync(join(root, path)))).toEqual([])
})
