import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {entitiesWithin, joined} from '../src/formatting/formatted.ts'
import {formattedOf} from '../src/formatting/markdown.ts'

/** A text with its entities as people see them: `<bold>so</bold>`. */
const seen = (markdown: string): string => {
  const {text, entities} = formattedOf(markdown)
  const marks = entities.flatMap(({type, offset, length, url, language}, order) => [
    {at: offset, order: 1000 - order, mark: `<${[type, url, language].filter(Boolean).join(' ')}>`},
    {at: offset + length, order, mark: `</${type}>`},
  ])
  return marks
    .toSorted((a, b) => b.at - a.at || b.order - a.order)
    .reduce((shown, {at, mark}) => shown.slice(0, at) + mark + shown.slice(at), text)
}

describe('what a model writes', () => {
  it.each([
    [
      'It is **so** and *so*, ~~not~~ `x = 1`.',
      'It is <bold>so</bold> and <italic>so</italic>, <strikethrough>not</strikethrough> <code>x = 1</code>.',
    ],
    ['# Title\nText', '<bold>Title</bold>\n\nText'],
    ['One\n\nTwo  \nthree', 'One\n\nTwo\nthree'],
    ['- one\n- two\n  - deep\n\nEnd', '• one\n• two\n   • deep\n\nEnd'],
    ['3. three\n4. **four**', '3. three\n4. <bold>four</bold>'],
    ['- [x] done\n- [ ] not', '• ☑ done\n• ☐ not'],
    ['```ts\nconst a = "*"\n```', '<pre ts>const a = "*"</pre>'],
    ['so:\n```python', 'so:\n\n```python'],
    ['> quoted\n> **twice**', '<blockquote>quoted\n<bold>twice</bold></blockquote>'],
    [
      '[here](https://example.org/a_b) and https://example.org',
      '<text_link https://example.org/a_b>here</text_link> and https://example.org',
    ],
    ['[bad](javascript:alert) ', '[bad](javascript:alert)'],
    ['2 * 3 * 4 = 24, snake_case_name, a\\*b', '2 * 3 * 4 = 24, snake_case_name, a*b'],
    ['<b>bold</b> & "so"', '<b>bold</b> & "so"'],
    ['| a | b |\n| - | - |\n| one | 2 |', '<pre>a    b\n───  ─\none  2</pre>'],
    ['***', '———'],
    ['**open', '**open'],
  ])('%j', (markdown, shown) => {
    expect(seen(markdown)).toBe(shown)
  })

  it('is never lost, and its entities stand within it, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({unit: fc.constantFrom(...'ab*_`~[]()#>-|\n 1.<&'), maxLength: 80}), markdown => {
        const {text, entities} = formattedOf(markdown)
        for (const {offset, length} of entities) {
          expect(length).toBeGreaterThan(0)
          expect(offset + length).toBeLessThanOrEqual(text.length)
        }
        // The language of a block of code is not in the text.
        const shown = [text, ...entities.map(({language = ''}) => language)].join(' ')
        for (const letter of ['a', 'b']) {
          const count = (words: string) => words.split(letter).length
          expect(count(shown)).toBe(count(markdown))
        }
      }),
      {numRuns: 2000},
    )
  })
})

describe('entities', () => {
  it('are kept on both sides of a cut', () => {
    const {text, entities} = formattedOf('**bold words** end')
    expect(entitiesWithin(entities, 0, 4)).toEqual([{type: 'bold', offset: 0, length: 4}])
    expect(entitiesWithin(entities, 5, text.length - 5)).toEqual([{type: 'bold', offset: 0, length: 5}])
  })

  it('move with their text', () => {
    expect(joined(['“*heard*”', formattedOf('**x**'), ''])).toEqual({
      text: '“*heard*”\n\nx',
      entities: [{type: 'bold', offset: 11, length: 1}],
    })
  })

  it.each([
    ['a fence', '```'],
    ['a fence around nothing', '```python\n```'],
    ['marks around nothing', '~~~~'],
    ['quotations within quotations', '> '.repeat(5000)],
  ])('are no reason to show nothing: %s', (_, markdown) => {
    expect(formattedOf(markdown)).toEqual({text: markdown.trim(), entities: []})
  })
})
