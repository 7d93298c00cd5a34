import {PassThrough} from 'node:stream'
import {askOnTerminal} from '@essence/core/cli/release/ask-passphrase'
import {describe, expect, it} from 'vitest'

/** Streams that call themselves a terminal: nobody types in a test. */
const terminal = () => {
  const modes: boolean[] = []
  const input = Object.assign(new PassThrough(), {isTTY: true, setRawMode: (raw: boolean) => modes.push(raw)})
  const output = Object.assign(new PassThrough(), {isTTY: true})
  return {
    input,
    output,
    modes,
    ask: askOnTerminal(input as unknown as NodeJS.ReadStream, output as unknown as NodeJS.WriteStream),
    shown: () => String(output.read() ?? ''),
  }
}

describe('a passphrase is asked for on a terminal', () => {
  it.each([
    ['correct horse\r', 'correct horse'],
    ['wrung\u007f\u007f\u007fong\n', 'wrong'],
    ['größe €\r', 'größe €'],
    ['\r', undefined],
    ['abc\u0003', undefined],
    ['abc\u0004', undefined],
  ])('%j', async (typed, expected) => {
    const {ask, input, modes, shown} = terminal()
    const answer = ask?.('/keys/id')
    // In pieces, as keys are pressed.
    for (const character of typed) input.write(character)
    expect((await answer)?.reveal()).toBe(expected)
    expect(shown()).toBe('Passphrase of /keys/id: \n')
    expect(modes).toEqual([true, false])
  })

  it('a terminal that goes away gives none', async () => {
    const {ask, input} = terminal()
    const answer = ask?.('/keys/id')
    input.end('abc')
    expect(await answer).toBeUndefined()
  })

  it('without one nobody is asked', () => {
    const {input, output} = terminal()
    const plain = new PassThrough()
    expect(
      askOnTerminal(plain as unknown as NodeJS.ReadStream, output as unknown as NodeJS.WriteStream),
    ).toBeUndefined()
    expect(askOnTerminal(input as unknown as NodeJS.ReadStream, plain as unknown as NodeJS.WriteStream)).toBeUndefined()
  })
})
