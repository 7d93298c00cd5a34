import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {codeBelow, root} from './imports.ts'

it('a file has fewer than 250 lines: what is longer does a second thing', () => {
  const files = ['bin', 'commands', 'plugins', 'src', 'tools'].flatMap(codeBelow)
  const long = files.flatMap(file => {
    const lines = readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length
    return lines < 250 ? [] : [`${file}: ${lines}`]
  })
  expect(files.length).toBeGreaterThan(300)
  expect(long).toEqual([])
})
