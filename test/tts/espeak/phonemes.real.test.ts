import {openPhonemizer, type Phonemizer, splitAtPunctuation} from '@essence/core/tts/espeak/phonemes'
import {arpabet, jetsTokens, readTokenList} from '@essence/core/tts/onnx/jets-tokens'
import {kokoroPhonemes, kokoroTokens} from '@essence/core/tts/onnx/kokoro/tokens'
import {type PiperConfig, piperTokens} from '@essence/core/tts/onnx/piper-config'
import {tokenPieces} from '@essence/core/tts/onnx/token-pieces'
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {jetsTokenList, kokoroVocabulary, piperIds} from '../onnx/tiny-voices.ts'

let phonemizer: Phonemizer
beforeAll(async () => {
  phonemizer = await openPhonemizer()
})
afterAll(() => phonemizer.close())

const joined = async (text: string, language = 'en-us'): Promise<string> =>
  (await phonemizer.phonemes(text, language)).replaceAll('_', '')

describe('phonemes', () => {
  // What the tests of hexgrad/kokoro (kokoro.js/tests/phonemize.test.js) expect of espeak-ng.
  it.each([
    ['Hello World', 'həlˈoʊ wˈɜːld'],
    ['Hello\n   \nWorld', 'həlˈoʊ wˈɜːld'],
    ['Mister Anderson', 'mˈɪstɚɹ ˈændɚsən'],
    ['Apples, oranges, pears.', 'ˈæpəlz, ˈɔɹɪndʒᵻz, pˈɛɹz.'],
    ['"Test "nested" quotes"', '"tˈɛst "nˈɛstᵻd" kwˈoʊts"'],
    ['(Hello)', '(həlˈoʊ)'],
    ["Cat's tail", 'kˈæts tˈeɪl'],
  ])('of %j', async (text, expected) => {
    expect(await joined(text)).toBe(expected)
  })

  // What the test of rhasspy/piper-phonemize (src/test.cpp) expects.
  it.each([
    ['this, is: a; test.', 'en-us', 'ðˈɪs, ɪz: ˈeɪ; tˈɛst.'],
    ['licht!', 'de', 'lˈɪçt!'],
  ])('of %j', async (text, language, expected) => {
    expect(await joined(text, language)).toBe(expected)
  })

  it('keep phonemes apart, and leave out where espeak-ng changes language', async () => {
    expect(await phonemizer.phonemes('Hello, chief!', 'en-us')).toBe('h_ə_l_ˈoʊ, tʃ_ˈiː_f!')
    expect(await joined('Le weekend', 'fr')).toBe('lə- wiːkˈɛnd')
  })

  it('know the punctuation of other scripts', () => {
    expect(splitAtPunctuation('你好，世界。e.g. this…')).toEqual([
      {text: '你好', spoken: true},
      {text: ', ', spoken: false},
      {text: '世界', spoken: true},
      {text: '. ', spoken: false},
      {text: 'e.g', spoken: true},
      {text: '. ', spoken: false},
      {text: 'this', spoken: true},
      {text: '…', spoken: false},
    ])
  })

  it('refuse a language espeak-ng lacks', async () => {
    await expect(phonemizer.phonemes('a', 'klingon')).rejects.toMatchObject({code: 'VOICE_UNKNOWN'})
  })

  it('come of any text, and one line for one text', async () => {
    const text = fc.oneof(fc.string({unit: 'binary', maxLength: 60}), fc.string({unit: 'grapheme', maxLength: 60}))
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom('en-us', 'de', 'fr', 'ja'), async (anything, language) => {
        const phonemes = await phonemizer.phonemes(anything, language)
        expect(phonemes).not.toMatch(/^_|_$|__|\n|_ | _/)
      }),
      {numRuns: 60},
    )
  })

  it('leave the memory as it was', async () => {
    // Each answer is memory of espeak-ng's that must be given back: 16 MB would be full after some 20,000.
    for (let i = 0; i < 60; i++) {
      const many = Array.from({length: 400}, () => 'a very long sentence about many things').join('. ')
      expect((await phonemizer.phonemes(many, 'en-us')).length).toBeGreaterThan(400)
    }
  })
})

const config = {espeak: {voice: 'de'}, phoneme_map: {}, phoneme_id_map: piperIds} as unknown as PiperConfig

describe("Piper's tokens", () => {
  // The same test of rhasspy/piper-phonemize: ç is two.
  it('are those of its own phonemizer', async () => {
    const tokens = piperTokens(await phonemizer.phonemes('licht!', 'de'), config)
    expect(tokens.join(' ')).toBe('1 0 24 0 120 0 74 0 16 0 140 0 32 0 4 0 2')
  })

  it('leave out what the voice does not know, and replace what it says otherwise', () => {
    expect(piperTokens('a☃b', config)).toEqual([1, 0, 14, 0, 15, 0, 2])
    expect(piperTokens('ac', {...config, phoneme_map: {c: ['k', 's']}})).toEqual([1, 0, 14, 0, 23, 0, 31, 0, 2])
    expect(piperTokens('c', {...config, espeak: {voice: 'pt-br'}})).toEqual([1, 0, 23, 0, 2])
  })
})

const vocabulary = new Map(Object.entries(kokoroVocabulary))

describe("Kokoro's tokens", () => {
  // The README of hexgrad/misaki; of its sentence the words espeak-ng says alike.
  it.each([
    ['models.', 'en-us', 'mˈɑdᵊlz.'],
    ['now', 'en-us', 'nˈW'],
    ['words', 'en-us', 'wˈɜɹdz'],
    ['Hello world', 'en-us', 'həlˈO wˈɜɹld'],
    ['Hello world', 'en-gb', 'həlˈQ wˈɜːld'],
    ['chair', 'en-gb', 'ʧˈɛː'],
    ['day, boy, joy', 'en-us', 'dˈA, bˈY, ʤˈY'],
    ['water', 'en-us', 'wˈɔɾəɹ'],
    ['Le weekend', 'fr', 'lə wiːkˈɛnd'],
    ['Ciao ragazzi', 'it', 'ʧˈao raɡˈaʦːɪ'],
  ])('of %j in %s', async (text, language, expected) => {
    expect(kokoroPhonemes(await phonemizer.phonemes(text, language), language)).toBe(expected)
  })

  // The README of onnx-community/Kokoro-82M-v1.0-ONNX, its beginning: "How could I know? It's an unanswerable question."
  it('have the numbers of the published model', () => {
    const ids =
      '50 157 43 135 16 53 135 46 16 43 102 16 56 156 57 135 6 16 102 62 61 16 70 56 16 138 56 156 72 56 61 85 123 83 44 83 54 16 53 65 156 86 61 62 131 83 56 4'
    expect(kokoroTokens('hˌaʊ kʊd aɪ nˈoʊ? ɪts ɐn ʌnˈænsɚɹəbəl kwˈɛstʃən.', vocabulary).join(' ')).toBe(ids)
  })

  it('leave out what the vocabulary lacks', () => {
    expect(kokoroTokens('a☃b', vocabulary)).toEqual([43, 44])
  })
})

describe("JETS's tokens", () => {
  it.each([
    // The README of espnet/espnet_tts_frontend.
    ['hello world', 'HH AH0 L OW1 W ER1 L D'],
    // The CMU dictionary, stress of weak words as espeak-ng says it.
    ['stirring water', 'S T ER1 IH0 NG W AO1 T ER0'],
    ['zero, really!', 'Z IY1 R OW0 , R IY1 AH0 L IY0 !'],
    ['church judge', 'CH ER1 CH JH AH1 JH'],
    ['vision; thing', 'V IH1 ZH AH0 N , TH IH1 NG'],
    ['boy', 'B OY1'],
    ['house', 'HH AW1 S'],
    ['good food', 'G UH1 D F UW1 D'],
    ['car', 'K AA1 R'],
    ['yellow', 'Y EH1 L OW0'],
    ['cat', 'K AE1 T'],
    ['button', 'B AH1 T AH0 N'],
  ])('of %j', async (text, expected) => {
    expect(arpabet(await phonemizer.phonemes(text, 'en-us')).join(' ')).toBe(expected)
  })

  it('say of what is no English that they do not know it', () => {
    expect(arpabet('k_ˈy_ʁ')).toEqual(['K', '<unk>', '<unk>'])
    expect(arpabet('"(a_)"…')).toEqual(['AE0', '..'])
  })

  it('are numbers of the list, another stress or <unk> where it lacks one', () => {
    const numbers = new Map(jetsTokenList.map((token, i) => [token, i]))
    expect(jetsTokens(['HH', 'AH0', 'L', 'OW1', 'UH0', '..'], numbers)).toEqual([26, 2, 8, 34, 74, 76])
    expect(
      jetsTokens(
        ['ER1', 'X'],
        new Map([
          ['<unk>', 1],
          ['ER0', 5],
        ]),
      ),
    ).toEqual([5, 1])
  })

  it.each([
    ["token_list:\n- <blank>\n- ','\n- ''''\n- ..\nodim: null\n- no\n", ['<blank>', ',', "'", '..']],
    ['token:\n  list:\n  - <blank>\n  - "?"\n  - AH0\n\nnext:\n', ['<blank>', '?', 'AH0']],
    ['token:\n    list:\r\n    - <unk>\r\n    - AH0\r\n', ['<unk>', 'AH0']],
    ['tokens: none\n', []],
  ])('are read from %j', (yaml, expected) => {
    expect(readTokenList(yaml)).toEqual(expected)
  })
})

describe('pieces of tokens', () => {
  it('end at words, are no longer than allowed, and lose nothing', () => {
    const tokens = fc.array(fc.integer({min: 0, max: 5}), {maxLength: 60})
    fc.assert(
      fc.property(tokens, fc.integer({min: 1, max: 9}), (all, longest) => {
        const pieces = [...tokenPieces(all, longest, token => token === 0)]
        expect(pieces.flat()).toEqual(all)
        for (const [i, piece] of pieces.entries()) {
          expect(piece.length).toBeGreaterThan(0)
          expect(piece.length).toBeLessThanOrEqual(longest)
          if (i < pieces.length - 1 && piece.includes(0)) expect(piece.at(-1)).toBe(0)
        }
      }),
    )
  })
})
