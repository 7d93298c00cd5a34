import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {codeBelow, root} from './imports.ts'

/** `accept: async updates => this.#inbox?.accept(updates)` takes what comes and drops it, while there is no inbox. */
const hiddenAbsence = /\w+\) *=> *(?:await )?this\.#\w+\?\.|\w+ *=> *(?:await )?this\.#\w+\?\./

it('what is handed something has somebody to hand it to: parts are wired up when they exist', () => {
  const files = [...codeBelow('src'), ...codeBelow('plugins')]
  const lines = files.flatMap(file =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, at) => (hiddenAbsence.test(line) ? [`${file}:${at + 1} ${line.trim()}`] : [])),
  )
  expect(files.length).toBeGreaterThan(300)
  expect(lines).toEqual([])
})

it('finds such a line', () => {
  expect(hiddenAbsence.test('accept: async updates => this.#inbox?.accept(updates),')).toBe(true)
  expect(hiddenAbsence.test('close: async () => this.#inbox?.close(),')).toBe(false)
})
