import {editEnvText} from '@essence/core/config/edit-env-text'
import {parseEnvText} from '@essence/core/config/env-file'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const mock = {JUNE_TEST_MODE: 'mock', STT_MODE: undefined}

describe('editing an environment file', () => {
  it.each([
    ['an empty one', '', 'JUNE_TEST_MODE=mock\n'],
    ['one without it', '# June\nA=1\n', '# June\nA=1\nJUNE_TEST_MODE=mock\n'],
    ['one without an end of line', 'A=1', 'A=1\nJUNE_TEST_MODE=mock\n'],
    ['one with another value', 'A=1\nJUNE_TEST_MODE=x\nB=2\n', 'A=1\nJUNE_TEST_MODE=mock\nB=2\n'],
    ['a comment behind the value', 'JUNE_TEST_MODE=x # why\n', 'JUNE_TEST_MODE=mock # why\n'],
    ['a comment in place of the value', 'JUNE_TEST_MODE=  # why\n', 'JUNE_TEST_MODE=mock  # why\n'],
    ['a value in quotation marks', `export JUNE_TEST_MODE='x #' # y\n`, 'export JUNE_TEST_MODE=mock # y\n'],
    ['a value of several lines', 'JUNE_TEST_MODE="a\nb"\nB=2\n', 'JUNE_TEST_MODE=mock\nB=2\n'],
    ['what it is to say already, in its own way', `JUNE_TEST_MODE="mock" # y\n`, `JUNE_TEST_MODE="mock" # y\n`],
    ['several values', 'JUNE_TEST_MODE=x\nA=1\nJUNE_TEST_MODE=y\n', 'A=1\nJUNE_TEST_MODE=mock\n'],
    ['what is to be taken out', 'STT_MODE=real\nA=1\nexport STT_MODE="mock"\n', 'A=1\nJUNE_TEST_MODE=mock\n'],
    ['a comment that looks like it', '#JUNE_TEST_MODE=x\n', '#JUNE_TEST_MODE=x\nJUNE_TEST_MODE=mock\n'],
    ['a text that looks like it', `P='\nSTT_MODE=x\n'\n`, `P='\nSTT_MODE=x\n'\nJUNE_TEST_MODE=mock\n`],
    ['lines of Windows', '\uFEFFA=1\r\nJUNE_TEST_MODE=x\r\n', '\uFEFFA=1\r\nJUNE_TEST_MODE=mock\r\n'],
    ['lines of Windows without it', 'A=1\r\n', 'A=1\r\nJUNE_TEST_MODE=mock\r\n'],
  ])('keeps all else in %s', (_, before, after) => {
    expect(editEnvText(before, mock)).toBe(after)
  })

  const line = fc.oneof(
    fc.constantFrom('', '# a', 'A=1', 'export B="two words" # b', 'if true', 'STT_MODE=mock', 'C="a\nSTT_MODE=b\n"'),
    fc.constantFrom('JUNE_TEST_MODE=real', " JUNE_TEST_MODE='a\nb' # c", 'export JUNE_TEST_MODE=', 'STT_MODE="x"'),
    fc.string({unit: fc.constantFrom(...`AB_=#\\$ ;`), maxLength: 8}),
  )
  const text = fc
    .tuple(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.boolean())
    .map(([lines, end, last]) => lines.join('\n').replaceAll('\n', end) + (last ? end : ''))

  /** All that is said of the other variables, and the lines that say nothing. */
  const others = (from: string) => {
    const {assignments, skipped} = parseEnvText(from)
    const values = [...assignments].flatMap(([name, {value}]) => (name in mock ? [] : [[name, value]]))
    return {values, skipped: skipped.length, comments: from.match(/^#.*$/gm)}
  }

  it('says what it is told to, changes nothing else, and nothing the second time', () => {
    fc.assert(
      fc.property(text, before => {
        const after = editEnvText(before, mock)
        const {assignments} = parseEnvText(after)
        expect(assignments.get('JUNE_TEST_MODE')?.value).toBe('mock')
        expect(assignments.has('STT_MODE')).toBe(false)
        expect(others(after)).toEqual(others(before))
        expect(editEnvText(after, mock)).toBe(after)
      }),
    )
  })

  it('takes time that grows with the size of the file', () => {
    for (const filler of [' ', '#', '\\', '"', ' #', ' =', '\n', 'A=1\n', 'STT_MODE=x\n'])
      editEnvText(`STT_MODE=x${filler.repeat(150_000)}`, mock)
  })
})
