import {sentenceChunker} from '@essence/core/text/sentence-chunker'
import {speechText, speechTextStream} from '@essence/core/voice/speech-text'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

describe('what is spoken', () => {
  it('loses nothing behind a formula that is never closed', () => {
    const stream = speechTextStream()
    expect(stream.push('$$ is what it costs.\n')).toBe('')
    expect(stream.push('Nobody knows why.')).toBe('')
    expect(stream.end()).toMatch(/is what it costs.*Nobody knows why\./)
    expect(stream.end()).toBe('')
    expect(speechText('See:\n\\[ x + y\nand more')).toMatch(/^See:.*and more$/)
  })

  it.each([
    ['plain text as it is', 'Hello there, how are you?', 'Hello there, how are you?'],
    ['emphasis', '**Bold**, *it*, __both__, ***all*** and ~~none~~.', 'Bold, it, both, all and none.'],
    ['inline code', 'Call `run_all()` now.', 'Call run all now.'],
    ['escapes', '\\*not bold\\*', 'not bold'],
    ['links by their label', 'See [the *guide*](https://x.org/a "t") or [this][1].', 'See the guide or this.'],
    ['images by their text', '![A cat](cat.png) sits.', 'A cat sits.'],
    ['footnotes', 'True[^1].', 'True.'],
    ['headings', '# Title\n## Part ##\nText', 'Title. Part. Text'],
    ['underlined headings', 'Title\n=====\nText', 'Title. Text'],
    ['bullets', 'You need:\n- eggs\n- [x] milk\n  * more', 'You need: eggs. milk. more'],
    ['numbers of a list', '1. One\n2) Two', 'One. Two'],
    ['quotes', '> Said\n> he', 'Said. he'],
    ['tables', '| a | b |\n|:--|--:|\n| 1 | 2 |', 'a, b. 1, 2'],
    ['rulers', 'One.\n\n---\n***\nTwo.', 'One. Two.'],
    ['wrapped lines', 'one\ntwo\r\nthree', 'one two three'],
    ['paragraphs', 'one\n\ntwo', 'one. two'],
    ['code blocks not at all', 'Do:\n```js\nfoo("a. b")\n```\nDone.', 'Do: Done.'],
    ['code blocks with tildes and backticks inside', '~~~~\n```\n~~~\nx\n~~~~\nDone.', 'Done.'],
    ['an open code block', 'Do:\n```\nfoo()', 'Do:'],
    ['emoji', 'Great 👍🏽! 👨‍👩‍👧 🇩🇪 ❤️ 1️⃣', 'Great! 1'],
    ['HTML', '<p>Hi <b class="x">you</b><br/>there<!-- no --></p>', 'Hi you there'],
    ['entities', 'a &amp; b&nbsp;c', 'a & b c'],
    ['comparisons', '3 < 5 and 7 > 6', '3 < 5 and 7 > 6'],
    ['URLs', 'See https://www.example.com/a?b=c.', 'See example.com.'],
    ['URLs in brackets', '(https://example.org) and <http://a.io/x>', '(example.org) and a.io'],
    ['e-mail in brackets', 'Write to <ann.b@example.com>!', 'Write to ann.b@example.com!'],
    ['numbers and file names as they are', 'v1.2.3, 3.14, notes.txt', 'v1.2.3, 3.14, notes.txt'],
    ['money and signs as they are', '$29.99, 5 % of R&D, ~3 km, #1, C#', '$29.99, 5 % of R&D, ~3 km, #1, C#'],
    ['a star between digits as a sign', '2*3', '2 × 3'],
    ['hashtags and names', '#topic by snake_case', 'topic by snake case'],
    ['arrows as they are', 'a → b -> c', 'a → b -> c'],
    ['control characters', 'a\u0000b\u001b[31m\tc', 'a b 31m c'],
    ['nothing', ' \n*** \n👍', ''],
    ['Chinese', '**你好**。`世界`', '你好。世界'],
  ])('%s', (_, written, spoken) => {
    expect(speechText(written)).toBe(spoken)
  })
})

describe('a text in pieces', () => {
  const speak = (text: string): string[] => {
    const chunker = sentenceChunker()
    const stream = speechTextStream()
    return [...chunker.push(text), ...chunker.flush()].map(chunk => stream.push(chunk)).filter(spoken => spoken !== '')
  }

  it('does not read out code that spans sentences', () => {
    expect(speak('Try this:\n```py\nprint("Hi. You.")\n# Done. Really!\n```\nIt works. Really.')).toEqual([
      'Try this:',
      'It works.',
      'Really.',
    ])
  })

  it('takes marks for marks only at the start of a line', () => {
    expect(speak('- One thing. 5. Two\n- Three')).toEqual(['One thing.', '5. Two', 'Three'])
  })

  it('reads a formula that stands on lines of its own', () => {
    expect(speak('So:\n$$\nE = mc^2\n$$\nIt holds.')).toEqual(['So:', 'E = m c². It holds.'])
    expect(speechText('So:\n\\[\n\\frac{1}{2}\n\\]\nIt holds.')).toBe('So: 1/2. It holds.')
  })

  it('leaves no mark of emphasis or link that spans sentences', () => {
    expect(speak('**First one. Second one.** And [a link. Of two](https://x.org).')).toEqual([
      'First one.',
      'Second one.',
      'And a link.',
      'Of two.',
    ])
  })
})

describe('for every text', () => {
  const bits = [
    '*',
    '**',
    '_',
    '`',
    '```',
    '\n',
    '~~~',
    '# ',
    '> ',
    '- ',
    '1. ',
    '[',
    ']',
    '(',
    ')',
    '](',
    '!',
    '|',
    '<',
    '>',
    'b',
    'Word',
    ' ',
    '.',
    ',',
    '👍',
    '&amp;',
    '&',
    '$5',
    '\\',
    'https://a.b',
    '@c.de',
    '\u0007',
    '\ud800',
    '=',
    '{',
    '~1',
    '#2',
    '\u20e3',
    '\u2028',
  ]
  const text = fc.oneof(
    fc.array(fc.constantFrom(...bits), {maxLength: 30}).map(parts => parts.join('')),
    fc.string({unit: 'binary', maxLength: 100}),
  )

  it('saying it twice changes nothing, no mark and no control character is left', () => {
    fc.assert(
      fc.property(text, written => {
        const spoken = speechText(written)
        expect(speechText(spoken)).toBe(spoken)
        expect(spoken).not.toMatch(/[*_`|[\]{}\\]|(?<!\b[CFJ])#(?!\d)|~(?!\d)|^\s*(?:>|[-+•]\s|\d+[.)]\s)/)
        expect(spoken).not.toMatch(/\p{Cc}|\p{Cs}|\p{Co}|\p{Extended_Pictographic}|^\s|\s$|\s\s/u)
      }),
      {numRuns: 2000},
    )
  })

  it('pieces leave no mark and no control character either', () => {
    fc.assert(
      fc.property(fc.array(text, {maxLength: 5}), pieces => {
        const stream = speechTextStream()
        for (const piece of pieces)
          expect(stream.push(piece)).not.toMatch(/[*_`|[\]{}\\\n]|(?<!\b[CFJ])#(?!\d)|~(?!\d)|\p{Cc}|\p{Cs}/u)
      }),
      {numRuns: 1000},
    )
  })

  it.each(['[', '<a ', '*', '- ', 'a-', '![', '|', '`', 'a.', '> ', '&', '1. ', ' ', '1,'])(
    '100 kB of %j is done',
    bit => {
      expect(speechText(bit.repeat(100_000 / bit.length)).length).toBeLessThan(600_000)
    },
  )
})
