import {execFileSync, spawnSync} from 'node:child_process'
import {quote, shellCommand, shellFailure} from '@essence/core/release/ssh/remote-command'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

describe.each(['sh', 'bash', 'zsh', 'fish', 'tcsh'])('a command line for an account with %s', shell => {
  const missing = spawnSync(shell, ['-c', 'true']).error ? ` (skipped: no ${shell})` : ''

  it.skipIf(missing)(`gives every word as it is${missing}`, () => {
    // What a path can have; what no shell takes is refused.
    const word = fc
      .string({unit: fc.constantFrom(...'ab /\'"`$&;|<>()*?[]{}#~^%=ä€-'), maxLength: 20})
      .filter(text => !text.includes('\0'))
    fc.assert(
      fc.property(word, word, (one, two) => {
        const line = shellCommand('printf "%s|%s" "$1" "$2"', one, two)
        expect(execFileSync(shell, ['-c', line], {encoding: 'utf8'})).toBe(`${one}|${two}`)
      }),
      {numRuns: 40},
    )
  })
})

it.each(['a\nb', 'a!b', 'a\\b', 'a\rb'])('a word that not every shell takes is refused: %j', word => {
  expect(() => quote(word)).toThrow(expect.objectContaining({code: 'USAGE'}))
})

it.each([
  ['cat: write error: No space left on device', 'DISK_FULL'],
  ["mkdir: cannot create directory '/june': Permission denied", 'OUTPUT_UNWRITABLE'],
  ['sh: 1: cannot create /june/x: Read-only file system', 'OUTPUT_UNWRITABLE'],
  ['node: bad option', 'PROGRAM_FAILED'],
  ['', 'PROGRAM_FAILED'],
])('what a shell complains of: %s', (complaint, code) => {
  expect(shellFailure('me@web', 'Writing x', {status: 1, complaint})).toMatchObject({
    code,
    message: expect.stringMatching(/^Writing x on me@web failed: ./),
  })
})
