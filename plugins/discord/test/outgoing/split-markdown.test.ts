import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {splitMarkdown} from '../../src/outgoing/split-markdown.ts'
import {tablesAsCode} from '../../src/outgoing/tables.ts'

const word = fc.constantFrom('June', 'answers.', 'Why?', 'ja', '漢字。', 'snake_case_name', '2 * 3')
const plain = fc.array(word, {minLength: 1, maxLength: 12}).map(words => words.join(' '))
const piece = fc.oneof(
  plain,
  plain.map(text => `**${text}**`),
  plain.map(text => `*${text}*`),
  plain.map(text => `~~${text}~~`),
  plain.map(text => `\`${text}\``),
  plain.map(text => `[${text}](https://example.org/a_b)`),
  fc.array(plain, {minLength: 1, maxLength: 8}).map(lines => `\n\`\`\`ts\n  ${lines.join('\n  ')}\n\`\`\`\n`),
)
const markdown = fc.array(piece, {minLength: 1, maxLength: 30}).map(pieces => pieces.join(' '))

const count = (text: string, mark: RegExp): number => [...text.matchAll(mark)].length
/** What is left without all that may be repeated at a cut. */
const words = (text: string): string => text.replace(/```(ts)?|\*\*|~~|[`*\s]/g, '')

describe('splitMarkdown', () => {
  it('keeps every part within the limit, every word, and all that is open closed', () => {
    fc.assert(
      fc.property(markdown, fc.integer({min: 260, max: 600}), (text, limit) => {
        const parts = splitMarkdown(text, limit)
        expect(words(parts.join('\n'))).toBe(words(text))
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(limit)
          expect(count(part, /^ *```/gm) % 2).toBe(0)
          const outside = part.replace(/^ *```[\s\S]*?^ *```/gm, '').replace(/`[^`]*`/g, '')
          expect(count(outside, /\*\*/g) % 2).toBe(0)
          expect(count(outside, /~~/g) % 2).toBe(0)
          expect(count(outside, /\[/g)).toBe(count(outside, /\]\(https:\/\/example\.org\/a_b\)/g))
        }
      }),
      {numRuns: 1000},
    )
  })

  it('closes a block of code and opens it again, with its language and its indentation', () => {
    const code = ['```py', ...Array.from({length: 12}, (_, n) => `    line_${n} = ${n}`), '```'].join('\n')
    const [first, second, ...more] = splitMarkdown(`Look:\n${code}\nThere.`, 150)
    expect(more).toEqual([])
    expect(first).toMatch(/^Look:\n```py\n {4}line_0 = 0\n[\s\S]*\n```$/)
    expect(second).toMatch(/^```py\n {4}line_\d+ = \d+\n[\s\S]*\n```\nThere\.$/)
  })

  it('leaves a word in bold whole where there is a place before it, and else ends and begins it', () => {
    expect(splitMarkdown('One two three four. **five six**', 25)).toEqual(['One two three four.', '**five six**'])
    expect(splitMarkdown(`**${'word '.repeat(9)}end**`, 30)).toEqual([
      '**word word word word word**',
      '**word word word word end**',
    ])
  })

  it('does not take a star, or a name with underscores, for a mark', () => {
    const text = 'a * b snake_case_one and * more words here and_there_too'
    expect(splitMarkdown(text, 30).join(' ')).toBe(text)
  })

  it('leaves alone what fits', () => {
    expect(splitMarkdown('  **a** `b`\n', 2000)).toEqual(['**a** `b`'])
    expect(splitMarkdown(' \n ', 2000)).toEqual([])
  })

  it('is quick with marks that are never closed', () => {
    const began = performance.now()
    splitMarkdown('*a '.repeat(10_000), 2000)
    splitMarkdown('[x'.repeat(10_000), 2000)
    splitMarkdown('`x ~~y ||z **'.repeat(3000), 2000)
    expect(performance.now() - began).toBeLessThan(20_000)
  })
})

describe('tablesAsCode', () => {
  it('sets the columns of a table below each other', () => {
    const table = '| Name | **Age** |\n|:---|---:|\n| Ada | 36 |\n| Grace Hopper | 85 |'
    expect(tablesAsCode(`Before\n\n${table}\n\nAfter`)).toBe(
      'Before\n\n```\nName          Age\n------------  ---\nAda           36\nGrace Hopper  85\n```\n\nAfter',
    )
  })

  it('leaves a table in a block of code, and lines with bars that are none', () => {
    const code = '```\n| a | b |\n|---|---|\n```'
    expect(tablesAsCode(code)).toBe(code)
    expect(tablesAsCode('a | b\nc | d')).toBe('a | b\nc | d')
  })
})
