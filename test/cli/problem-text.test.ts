import {asTyped} from '@essence/core/cli/as-typed'
import {problemLines} from '@essence/core/cli/problem-text'
import {describe, expect, it} from 'vitest'

describe('problemLines', () => {
  it('break between words, and leave a path whole', () => {
    const path = `/srv/${'a-long-folder/'.repeat(6)}model.gguf`
    const lines = problemLines({kind: 'Error', message: `There is no language model at ${path}.`}, 80)
    expect(lines).toEqual(['Error: There is no language model at', `${path}.`])
  })

  it('fit the terminal, the mark in front of each included', () => {
    const words = 'A sentence that says what is not there, what was expected, and what was found instead. '
    const problem = {
      kind: 'Warning',
      message: words.repeat(3).trim(),
      suggestions: [words.trim(), words.trim()],
    } as const
    for (const room of [40, 80]) {
      const longest = Math.max(...problemLines(problem, room).map(line => line.length))
      expect(longest).toBeLessThanOrEqual(room - 5)
    }
  })

  it('indent what belongs to a suggestion', () => {
    const problem = {kind: 'Error', message: 'No.', code: 'USAGE', suggestions: ['one two three', 'four']} as const
    expect(problemLines(problem, 16)).toEqual([
      ...['Error: No.', 'Code: USAGE', 'Try this:'],
      ...['  * one two', '    three', '  * four'],
    ])
  })

  it('keep a command on one line where it fits one', () => {
    const advice = 'Name a model that answers; see those there are: ./bin/essence models list --kind llm'
    expect(problemLines({kind: 'Error', message: 'No.', suggestions: [advice]}, 60)).toEqual([
      'Error: No.',
      'Try this: Name a model that answers; see those there',
      'are: ./bin/essence models list --kind llm',
    ])
  })

  it('keep the lines and the indentation of a message', () => {
    expect(problemLines({kind: 'Error', message: 'Two:\n  a b\n  c'}, 80)).toEqual(['Error: Two:', '  a b', '  c'])
  })
})

describe('asTyped', () => {
  it('puts the name by which the CLI was called before a command, and nowhere else', () => {
    const text = 'Try: essence models list. Essence is in /opt/essence and @essence/core; essence.'
    expect(asTyped(text, './bin/essence')).toBe(text.replace('essence models', './bin/essence models'))
    expect(asTyped(text, undefined)).toBe(text)
  })
})
