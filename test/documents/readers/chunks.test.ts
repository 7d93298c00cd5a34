import {chunksOf} from '@essence/core/documents/readers/chunks'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const sentence = (n: number): string => `Sentence number ${n} says a little more than nothing about it.`

describe('chunks of a document', () => {
  it('end with sentences, and begin with the last one of the chunk before', () => {
    const text = Array.from({length: 60}, (_, n) => sentence(n)).join(' ')
    const texts = chunksOf([{text, headings: ['A', 'B'], page: 3}])
    expect(texts.length).toBeGreaterThan(2)
    let last = ''
    for (const chunk of texts) {
      expect(chunk).toMatchObject({headings: ['A', 'B'], page: 3})
      const [heading, body = ''] = chunk.text.split('\n')
      expect(heading).toBe('B')
      expect(body).toMatch(/^Sentence .*it\.$/)
      expect(body.length / 4).toBeLessThanOrEqual(300)
      if (last !== '') expect(body.startsWith(last)).toBe(true)
      last = body.match(/Sentence number \d+ [^.]*\.$/)?.[0] ?? ''
    }
  })

  it('lose no letter, stay within their size, and cross neither headings nor pages', () => {
    const block = fc.record({
      text: fc.string({unit: 'grapheme', maxLength: 3000}),
      headings: fc.array(fc.constantFrom('one', 'two'), {maxLength: 2}),
      page: fc.option(fc.integer({min: 1, max: 3}), {nil: undefined}),
    })
    fc.assert(
      fc.property(fc.array(block, {maxLength: 4}), blocks => {
        const chunks = chunksOf(blocks)
        for (const {text, page, headings} of chunks) {
          expect(text.isWellFormed() && !text.includes('\0')).toBe(true)
          expect(text.length).toBeLessThanOrEqual(300 * 4 + 800 + 10)
          expect(blocks.some(block => block.page === page && block.headings.join() === headings.join())).toBe(true)
        }
        const letters = (text: string): Set<string> => new Set(text.match(/\p{L}/gu))
        const all = letters(chunks.map(({text}) => text).join(''))
        for (const {text} of blocks) for (const letter of letters(text)) expect(all.has(letter)).toBe(true)
      }),
      {numRuns: 50},
    )
  })
})
