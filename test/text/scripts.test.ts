import {scriptRuns} from '@essence/core/text/scripts'
import fc from 'fast-check'
import {expect, it} from 'vitest'

it.each([
  ['en-us', 'Plain text, naïve café.', [['Plain text, naïve café.', undefined]]],
  ['en-us', '今天天气很好，我们去公园吧。', [['今天天气很好，我们去公园吧。', 'zh']]],
  [
    'en-us',
    'The word 你好 means hello.',
    [
      ['The word ', undefined],
      ['你好', 'zh'],
      [' means hello.', undefined],
    ],
  ],
  ['en-us', 'これは日本語です。', [['これは日本語です。', 'ja']]],
  ['en-us', '안녕하세요, 세계', [['안녕하세요, 세계', 'ko']]],
  [
    'de',
    'Er sagte «Привет, мир!» laut.',
    [
      ['Er sagte ', undefined],
      ['«Привет, мир!', 'ru'],
      ['» laut.', undefined],
    ],
  ],
  ['en-us', 'Дякую, її', [['Дякую, її', 'uk']]],
  ['en-us', 'مرحبا بالعالم', [['مرحبا بالعالم', 'ar']]],
  ['en-us', 'پنج', [['پنج', 'fa']]],
  ['en-us', 'שלום', [['שלום', 'he']]],
  ['en-us', 'Καλημέρα', [['Καλημέρα', 'el']]],
  ['en-us', '2024年有3个苹果', [['2024年有3个苹果', 'zh']]],
  ['en-us', 'नमस्ते दुनिया', [['नमस्ते दुनिया', 'hi']]],
  ['en-us', 'བོད་ཡིག', [['བོད་ཡིག', 'und']]],
  // Signs of mathematics and a voice's own script are not foreign.
  ['en-us', 'Δt = 5 µs, α and β, 5 Ω, π', [['Δt = 5 µs, α and β, 5 Ω, π', undefined]]],
  ['ru', 'Привет, мир', [['Привет, мир', undefined]]],
  ['uk', 'Привет, мир', [['Привет, мир', undefined]]],
  ['ja', '今日は', [['今日は', undefined]]],
  ['zh', 'iPhone 很好', [['iPhone 很好', undefined]]],
  ['el', 'Καλημέρα', [['Καλημέρα', undefined]]],
] as const)('%s: %s', (language, text, runs) => {
  expect(scriptRuns(text, language).map(run => [run.text, run.language])).toEqual(runs)
})

it('of any text the runs are the text', () => {
  const bit = fc.oneof(
    fc.constantFrom('你', '，', 'ж', 'ab', ' ', '5', '«', 'α', 'ไท', '.', 'བོད'),
    fc.string({unit: 'grapheme', maxLength: 4}),
  )
  fc.assert(
    fc.property(fc.array(bit, {maxLength: 30}), fc.constantFrom('en-us', 'zh', 'ru', 'bo', ''), (bits, language) => {
      const text = bits.join('')
      expect(
        scriptRuns(text, language)
          .map(run => run.text)
          .join(''),
      ).toBe(text)
    }),
    {numRuns: 1000},
  )
})

it.each(['你', 'ж ', '你 1', '5', '«', 'αβ,', ' 你'])('100 kB of %j is done', bit => {
  const text = bit.repeat(100_000 / bit.length)
  expect(
    scriptRuns(text, 'en-us')
      .map(run => run.text)
      .join(''),
  ).toBe(text)
})
