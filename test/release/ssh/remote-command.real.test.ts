import {execFileSync, spawnSync} from 'node:child_process'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {quote, runCommand, shellCommand, shellFailure} from '@essence/core/release/ssh/transfer/remote-command'
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {makeKey, type Sshd, startSshd} from '../../peers/sshd.ts'
import {makeDialer, me, skipped} from './dial.ts'

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

const {dial, folder, know} = makeDialer()

describe.skipIf(skipped)(`a command that is given input${skipped}`, () => {
  const key = skipped ? undefined : makeKey(folder, 'key')
  let sshd: Sshd
  beforeAll(async () => {
    sshd = await startSshd(join(folder, 'sshd'), {authorized: [key?.publicKey ?? '']})
  })
  afterAll(() => sshd.stop())
  const login = () => {
    know(sshd.port, sshd.hostKeys[0]?.publicKey)
    return dial(`${me}@127.0.0.1:${sshd.port}`, `IdentityFile ${key?.path}`)
  }
  const large = (): Readable => Readable.from(Array.from({length: 400}, () => Buffer.alloc(2 ** 16, 'x')))

  it('takes all of it', async () => {
    const result = await runCommand(await login(), shellCommand('wc -c'), {input: large()})
    expect(result).toMatchObject({status: 0, output: expect.stringContaining(String(400 * 2 ** 16))})
  })

  it('and ends before it has read all: its status and complaint count', async () => {
    const script = 'head -c 100000 >/dev/null; echo "No space left on device" >&2; exit 3'
    const result = await runCommand(await login(), shellCommand(script), {input: large()})
    expect(result).toMatchObject({status: 3, complaint: 'No space left on device'})
  })

  it('that fails by itself: that is what it fails with', async () => {
    const broken = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.alloc(2 ** 16)
      throw new Error('no more of it')
    }
    const asked = runCommand(await login(), shellCommand('cat >/dev/null'), {input: Readable.from(broken())})
    await expect(asked).rejects.toThrow('no more of it')
  })
})
