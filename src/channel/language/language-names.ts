import {type SpokenLanguage, spokenLanguageOf, spokenLanguages} from '../words/words.ts'

/** What people call a language beside its name in Unicode's data; by the language they say it in. */
const otherNames: Partial<Record<SpokenLanguage, Partial<Record<SpokenLanguage, readonly string[]>>>> = {
  en: {es: ['Castilian'], zh: ['Mandarin'], nl: ['Flemish']},
  es: {es: ['castellano'], zh: ['mandarín'], nl: ['holandés']},
  fr: {es: ['castillan'], zh: ['mandarin'], nl: ['hollandais', 'flamand']},
  de: {zh: ['Mandarin'], nl: ['Holländisch', 'Flämisch']},
  it: {zh: ['mandarino']},
  pt: {es: ['castelhano'], zh: ['mandarim'], nl: ['holandês']},
  ru: {nl: ['голландский']},
  zh: {zh: ['汉语', '普通话', '国语'], es: ['西班牙文']},
  hi: {hi: ['हिंदी'], en: ['इंग्लिश']},
  no: {no: ['bokmål', 'norsk bokmål']},
  pl: {nl: ['holenderski']},
  ko: {ko: ['한국말'], en: ['영어']},
}

/** As names and sentences are compared: letters and figures only, without case, and without the marks that people leave out. */
export const folded = (text: string): string =>
  text
    .normalize('NFKC')
    // The dot that lower case leaves of İ, Arabic vowels and the stretching of words, the nukta.
    .toLowerCase()
    .replace(/[\u0307\u0640\u064b-\u0652\u093c]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '')

/** What a language is called in another. */
export const namesIn = (language: SpokenLanguage, named: SpokenLanguage): readonly string[] => [
  new Intl.DisplayNames([language], {type: 'language'}).of(named) ?? named,
  ...(otherNames[language]?.[named] ?? []),
]

/** A language in its own words: `Deutsch`. */
export const ownName = (language: SpokenLanguage): string => {
  const [name = language] = namesIn(language, language)
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1)
}

let named: ReadonlyMap<string, SpokenLanguage> | undefined

const byName = (): ReadonlyMap<string, SpokenLanguage> =>
  new Map(
    spokenLanguages.flatMap(language =>
      spokenLanguages.flatMap(each => namesIn(language, each).map(name => [folded(name), each] as const)),
    ),
  )

/** The language that is meant by `de`, `pt_BR`, `German`, `deutsch` or `немецкий`; undefined where none of ours is. */
export const languageNamed = (asked: string): SpokenLanguage | undefined => {
  named ??= byName()
  return named.get(folded(asked)) ?? spokenLanguageOf(asked)
}
