import {bookText} from '@essence/core/datasets/alice/book-text'
import {extractPassages, sentencesOf} from '@essence/core/datasets/alice/passages'
import {isEssenceError} from '@essence/core/kit/errors'
import {seededRandom} from '@essence/core/kit/random'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {aliceBook} from './book.ts'

const read = (text: string | Uint8Array, marked = false) =>
  bookText(typeof text === 'string' ? Buffer.from(text) : text, {marked})
const textOf = (text: string): string => {
  const book = read(text)
  if (book.fault !== undefined) throw new Error(book.fault)
  return book.text
}

describe('the text of a book', () => {
  it('is what stands between the lines of Project Gutenberg, without illustrations, headings and marks', () => {
    expect(read(aliceBook(), true)).toEqual({
      text: [
        'Alice was beginning to get very tired of sitting by her sister on the bank. So she was considering in her own mind.',
        'There was nothing so very remarkable in that. “Oh dear! Oh dear! I shall be late!” said the Rabbit to itself.',
        'She went down and down. Would the fall never come to an end? “I wonder how many miles I have fallen,” she said aloud.',
      ].join(' '),
    })
  })

  it('may come with lines of any system, a mark of its encoding and an end of file', () => {
    expect(textOf('\ufeffThe first line\r\nof a text.\r\n \r\nAnother one.\n\u001a')).toBe(
      'The first line of a text. Another one.',
    )
  })

  it('keeps a paragraph of prose that ends without a mark', () => {
    expect(textOf('He shook his head. We quarreled last March\n\nTwinkle.')).toBe(
      'He shook his head. We quarreled last March Twinkle.',
    )
  })

  it.each([
    ['<!DOCTYPE html><p>Log in</p>', 'a web page'],
    ['', 'no text'],
    [Buffer.from('caf\xe9 au lait.', 'latin1'), 'another encoding'],
    [Buffer.from('Alice was there.', 'utf16le'), 'another encoding'],
    [aliceBook().slice(0, 700), 'cut short'],
    [aliceBook().slice(300), 'START OF'],
  ])('%#: is refused where it is none', (content, fault) => {
    expect(read(content).fault).toContain(fault)
  })

  it('needs the lines of Project Gutenberg where it came over a network', () => {
    expect(read('Please log in to this network.', true).fault).toContain('START OF')
  })

  it('that is made to take long is read in time that grows with its length', () => {
    for (const piece of ['[Illustration', '\n \r', '*** START OF THE PROJECT GUTENBERG EBOOK ', 'A. '])
      read(piece.repeat(5e6 / piece.length), true)
  })

  it('never fails on any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({maxLength: 300}), fc.boolean(), (bytes, marked) => void read(bytes, marked)))
  })
})

describe('its sentences', () => {
  it('end behind a mark where blanks and a capital follow; short ones and chapters are none', () => {
    expect(
      sentencesOf(
        'This is the first sentence. No. this is not a new sentence! Is this the third of them? CHAPTER IV and its long title. 42 is no capital letter. End of it all, my dear.',
      ),
    ).toEqual([
      'This is the first sentence.',
      'No. this is not a new sentence!',
      'Is this the third of them?',
      'End of it all, my dear.',
    ])
  })
})

describe('passages', () => {
  const sentences = Array.from({length: 60}, (_, at) => `This is sentence number ${'x'.repeat(at)} of the book.`)
  const options = {passages: 40, minSentences: 2, maxSentences: 3, minLength: 50, maxLength: 200}
  const extract = (seed: number, more = {}) =>
    extractPassages(sentences, {...options, ...more, random: seededRandom(seed)})

  it('are different ones of sentences that follow each other, and counted', () => {
    const passages = extract(1)
    expect(new Set(passages.map(({text}) => text)).size).toBe(40)
    for (const [at, passage] of passages.entries()) {
      const {id, text, num_sentences, char_count, word_count} = passage
      expect(id).toBe(at + 1)
      expect(sentences.join(' ')).toContain(text)
      expect(sentencesOf(text).length).toBe(num_sentences)
      expect([2, 3]).toContain(num_sentences)
      expect(text.length).toBe(char_count)
      expect(char_count >= 50 && char_count <= 200).toBe(true)
      expect(text.split(/\s+/).length).toBe(word_count)
    }
  })

  it('are the same for the same seed only', () => {
    expect(extract(7)).toEqual(extract(7))
    expect(extract(8)).not.toEqual(extract(7))
  })

  it.each([{passages: 500}, {minSentences: 61, maxSentences: 70}, {minLength: 10_000, maxLength: 10_001}])(
    '%o: fewer than asked for are an error that says how many',
    more => {
      const error = (() => {
        try {
          return extract(1, more)
        } catch (thrown) {
          return thrown
        }
      })()
      if (!isEssenceError(error)) throw error
      expect(error.code).toBe('USAGE')
      expect(error.message).toMatch(/passages are wanted; \d+ of/)
    },
  )
})
