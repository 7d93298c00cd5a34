/** Symbol → number, from the voice's tokenizer.json. */
export type KokoroVocabulary = ReadonlyMap<string, number>

// Kokoro 1.0 learned the phonemes of misaki, one letter for a diphthong or affricate. From espeak-ng's they come by the
// table of misaki's espeak.py (`EspeakFallback.E2M` for English, `EspeakG2P.E2M` for the others).

/** Phonemes of two letters that are one of Kokoro's, in every language. */
const whole: Record<string, string> = {
  aɪ: 'I',
  aʊ: 'W',
  dʒ: 'ʤ',
  eɪ: 'A',
  tʃ: 'ʧ',
  ɔɪ: 'Y',
}
const elsewhere: Record<string, string> = {...whole, dz: 'ʣ', oʊ: 'O', əʊ: 'Q', ss: 'S', ts: 'ʦ'}
const english: Record<string, string> = {...whole, əl: 'ᵊl', e: 'A'}
const american: Record<string, string> = {...english, oʊ: 'O'}
const british: Record<string, string> = {...english, əʊ: 'Q', eə: 'ɛː'}

/** Letters of English, after the phonemes of a word are one string; in this order. */
const englishLetters: [RegExp, string][] = [
  [/ʔˌ?n\u0329?/g, 'tn'],
  [/ʔ/g, 't'],
  [/ʲ(?=[oə])/g, 'j'],
  [/ʲ/g, ''],
  [/ɚ/g, 'əɹ'],
  [/r/g, 'ɹ'],
  [/[xç]/g, 'k'],
  [/ɐ/g, 'ə'],
  [/ɬ/g, 'l'],
  [/\u0303/g, ''],
  [/(\S)\u0329/g, 'ᵊ$1'],
]
const americanLetters: [RegExp, string][] = [
  [/ɜːɹ/g, 'ɜɹ'],
  [/ɜː/g, 'ɜɹ'],
  [/ɪə/g, 'iə'],
  [/ː/g, ''],
]
const britishLetters: [RegExp, string][] = [[/iə/g, 'ɪə']]
const lastLetters: [RegExp, string][] = [[/o/g, 'ɔ']]

/** One phoneme of espeak-ng, which may carry a stress mark and length. */
const oneOf = (phoneme: string, table: Record<string, string>): string => {
  const [, stress = '', letters = '', rest = ''] = /^([ˈˌ]*)([^ː]*)(.*)$/u.exec(phoneme) ?? []
  return stress + (Object.hasOwn(table, letters) ? table[letters] : letters) + rest
}

/**
 * Phonemes of espeak-ng, as the phonemizer gives them → those of Kokoro.
 * @param language of the voice: `en-us`, `en-gb`, `fr` …
 */
export const kokoroPhonemes = (phonemes: string, language: string): string => {
  const [table, letters] = language.startsWith('en')
    ? language === 'en-gb'
      ? [british, [...englishLetters, ...britishLetters, ...lastLetters]]
      : [american, [...englishLetters, ...americanLetters, ...lastLetters]]
    : [elsewhere, [[/-/g, ''] as [RegExp, string]]]
  const joined = phonemes.replace(/[\p{L}\p{M}]+/gu, phoneme => oneOf(phoneme, table)).replaceAll('_', '')
  return letters.reduce((text, [found, instead]) => text.replace(found, instead), joined)
}

/** The numbers of phonemes; a symbol that is not in the vocabulary is left out. */
export const kokoroTokens = (phonemes: string, vocabulary: KokoroVocabulary): number[] =>
  [...phonemes].flatMap(symbol => vocabulary.get(symbol) ?? [])
