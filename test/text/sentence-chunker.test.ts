import {sentenceChunker} from '@essence/core/text/sentence-chunker'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

/** The chunks of a text that came whole; `|` stands for the cuts. */
const cut = (text: string, options = {}): string[] => {
  const chunker = sentenceChunker(options)
  return [...chunker.push(text), ...chunker.flush()]
}

describe('sentences', () => {
  it.each([
    ['plain', 'Hello there. |How are you? |Fine!'],
    ['titles', 'Dr. Smith met Mrs. Jones. |Prof. Will was there.'],
    ['abbreviations', 'Bring fruit, e.g. apples, i.e. the red ones. |Cats vs. Dogs.'],
    ['German abbreviations', 'Tiere, z. B. Die Katze, d. h. sie. |Am 3. Oktober bzw. später.'],
    ['country names', 'The U.S. economy and the U.S. Army. |He left the U.S. |Then he came back.'],
    ['times of day', 'At 5 p.m. Monday. |At 6 a.m. |We go.'],
    ['and so on', 'Apples, pears etc. are fruit. |Apples etc. |They are fruit.'],
    [
      'initials without blanks',
      'J.R.R. Tolkien, C.S. Lewis and J.K. Rowling wrote. |Pres. Obama read them. |I work for B.B.C. |They moved.',
    ],
    ['initials', 'J. R. R. Tolkien and A. A. Milne wrote. |Plan B. |The next.'],
    [
      'initials written together',
      'Authors like J.R.R. Tolkien and C.S. Lewis. |J.K. Rowling, too. |It was the F.B.I. |Agents came. |He lives in the U.S. |They moved.',
    ],
    ['presidents', 'It was Pres. Obama. |He left.'],
    ['units with a dot', 'Take 5 lb. of flour, 10 oz. of tea and 3 in. of rope. |It weighs 5 lb. |Take it.'],
    ['units right behind a digit', 'Take 2tsp. of salt, 1qt. of milk and 3min. of rest. |Come in. |a few lbs. of it.'],
    ['decimals and versions', 'Pi is 3.14, v1.2.3 is out. |It costs $29.99. |Or $29. |Fine.'],
    ['years', 'It was 1999. |In 2000. |Done.'],
    ['ellipses', 'Well... maybe. |And… so on. |Then... |Nothing.'],
    ['stops together', 'What?! |No!! |Really?'],
    ['closing quotes and brackets', 'He said "Stop." |She said (no!) |“Yes.” |Done.'],
    ['speech that goes on', '"Really?" he asked. |“Go!” she said.'],
    ['bold', '**One.** |*Two!* |Three.'],
    ['addresses', 'See https://x.org/a.b?c=d or example.com. |Mail a.b@c.de, open notes.txt! |Done.'],
    ['numbered items', '1. The apple is red. |It is.\n|2. Pears\n|10. A plum'],
    ['bullets', 'You need:\n|- eggs\n|  - brown\n|* milk'],
    ['paragraphs', 'Title\n\n|First line\r\n|Second line'],
    ['lines without words stay', '```\n---\nHello.\n|```'],
    ['leading space', '\n\n  Hello. |You.'],
    ['Chinese', '你好。|今天天气很好！|“是吗？”|他问。|Hello!|你好'],
    ['Japanese', 'こんにちは。|元気ですか？|はい。'],
    ['Hindi', 'नमस्ते। |आप कैसे हैं?'],
    ['Arabic', 'كيف حالك؟ |أنا بخير.'],
    ['lower case', 'hi. |how are you? |fine.'],
    ['stops only', '... ... ?!'],
  ])('%s', (_, marked) => {
    expect(cut(marked.replaceAll('|', ''))).toEqual(marked.split('|'))
  })

  it('cuts Thai at a space once it is long enough', () => {
    const clause = 'สวัสดีครับวันนี้อากาศดีมากเราไปเดินเล่นกันเถอะ'
    expect(cut(`${clause} ${clause} ${clause}`)).toEqual([`${clause} `, `${clause} `, clause])
    expect(cut('สวัสดี ครับ')).toEqual(['สวัสดี ครับ'])
  })
})

describe('while the text is being written', () => {
  it('gives a sentence as soon as the next one begins', () => {
    const chunker = sentenceChunker()
    expect(chunker.push('It is $29.')).toEqual([])
    expect(chunker.push('99. ')).toEqual([])
    expect(chunker.push('T')).toEqual(['It is $29.99. '])
    expect(chunker.push('he end.')).toEqual([])
    expect(chunker.flush()).toEqual(['The end.'])
  })

  it('begins anew after a flush', () => {
    const chunker = sentenceChunker({minFirstChunkLength: 5})
    for (const _ of [1, 2]) {
      expect(chunker.push('First clause, second, third. ')).toEqual(['First clause, '])
      expect(chunker.flush()).toEqual(['second, third. '])
    }
    expect(chunker.flush()).toEqual([])
  })
})

describe('limits', () => {
  it('may cut the first chunk at a clause, no other', () => {
    const text = 'Yes, of course I can help you, my friend. Well, you see, it is so.'
    expect(cut(text, {minFirstChunkLength: 20})).toEqual([
      'Yes, of course I can help you, ',
      'my friend. ',
      'Well, you see, it is so.',
    ])
    expect(cut('好的，我可以帮你，朋友。', {minFirstChunkLength: 5})).toEqual(['好的，我可以帮你，', '朋友。'])
    expect(cut('It is 1,000,000 or so.', {minFirstChunkLength: 5})).toEqual(['It is 1,000,000 or so.'])
  })

  it('cuts a run-on after its last clause, then between words, then anywhere', () => {
    const limits = {softLimit: 20, hardLimit: 30}
    expect(cut('one two three, four five six seven', limits)).toEqual(['one two three, ', 'four five six seven'])
    expect(cut('one two three four five six seven', limits)).toEqual(['one two three four five six ', 'seven'])
    expect(cut('x'.repeat(70), limits)).toEqual(['x'.repeat(30), 'x'.repeat(30), 'x'.repeat(10)])
  })

  it('tears no character apart', () => {
    expect(cut('a😀'.repeat(10), {softLimit: 5, hardLimit: 6})).toEqual(Array(5).fill('a😀a😀'))
    expect(cut(`aaaaa${'e\u0301'.repeat(2)}`, {softLimit: 5, hardLimit: 6})).toEqual(['aaaaa', 'e\u0301e\u0301'])
  })

  it('is done with a megabyte at once', () => {
    const chunks = cut('A sentence of some length, as they are. '.repeat(25_000))
    expect(chunks).toHaveLength(25_000)
  })
})

describe('for every text, however it is split', () => {
  const bits = [
    'Dr',
    '. ',
    '.',
    ' ',
    '\n',
    '\n\n',
    'The',
    'A',
    'etc',
    '3',
    '14',
    '"',
    ')',
    '**',
    '?!',
    '…',
    '...',
    '。',
    '你好',
    'ส',
    ', ',
    '，',
    '😀',
    '\ud83d',
    '\ude00',
    '𝐚',
    'e\u0301',
    '- ',
    '1. ',
    'U.S',
    'word',
    '\t',
    '((((',
    '`',
  ]
  const text = fc.oneof(
    fc.array(fc.constantFrom(...bits), {maxLength: 60}).map(parts => parts.join('')),
    fc.string({unit: 'binary', maxLength: 200}),
  )
  const limits = fc.constantFrom(
    {},
    {softLimit: 12, hardLimit: 18},
    {minFirstChunkLength: 4},
    {softLimit: 7, hardLimit: 9},
  )

  it('the chunks are the text, and depend on nothing but it', () => {
    fc.assert(
      fc.property(text, limits, fc.array(fc.nat({max: 9})), (all, options, sizes) => {
        const whole = cut(all, options)
        expect(whole.join('')).toBe(all)
        expect(whole).not.toContain('')

        const chunker = sentenceChunker(options)
        const chunks: string[] = []
        let at = 0
        for (const size of sizes) {
          chunks.push(...chunker.push(all.slice(at, at + size)))
          at += size
        }
        chunks.push(...chunker.push(all.slice(at)), ...chunker.flush())
        expect(chunks).toEqual(whole)
        expect([...all.split('').flatMap(unit => chunker.push(unit)), ...chunker.flush()]).toEqual(whole)
      }),
      {numRuns: 2000},
    )
  })

  it('no chunk is longer than the hard limit and what may follow a stop', () => {
    fc.assert(
      fc.property(text, all => {
        for (const chunk of cut(all, {softLimit: 20, hardLimit: 30})) expect(chunk.length).toBeLessThanOrEqual(30 + 64)
      }),
    )
  })
})
