import {emoji} from '../../text/emoji.ts'
import {plainFormulas, unreadFormula} from '../../text/formulas.ts'
import {mainLanguage, regionOf} from '../../text/language-tag.ts'
import {beforeAmounts, numbersAndSigns, numbersOver, unitsAndSlashes} from './common-passes.ts'
import {britishEnglish, english} from './english/english.ts'
import {englishPasses} from './english/passes.ts'
import {french} from './french.ts'
import {german} from './german/german.ts'
import {germanPasses} from './german/passes.ts'
import type {SpokenLanguage} from './language.ts'
import {type ReadingRules, readBy} from './pass.ts'
import {spanish} from './spanish.ts'

/** By the code of the language. A language is added by its words and its passes. */
const languages: Record<string, ReadingRules> = {
  en: {words: english, passes: englishPasses},
  de: {words: german, passes: germanPasses},
  fr: {words: french, passes: [...beforeAmounts('fr'), numbersOver, ...unitsAndSlashes('fr'), ...numbersAndSigns]},
  es: {words: spanish, passes: [...beforeAmounts('es'), numbersOver, ...unitsAndSlashes('es'), ...numbersAndSigns]},
}

const rulesOf = (language: string): ReadingRules | undefined => {
  const main = mainLanguage(language)
  const rules = Object.hasOwn(languages, main) ? languages[main] : undefined
  const british = main === 'en' && !['', 'us'].includes(regionOf(language))
  return rules && british ? {...rules, words: britishEnglish} : rules
}

/** The words of a language (`en-us`); undefined where we have none and the voice reads numbers and signs its own way. */
export const spokenLanguage = (language: string): SpokenLanguage | undefined => rulesOf(language)?.words

/**
 * A sentence as it is read aloud: numbers, dates, money, units, addresses, signs and the like as words of the language.
 * English completely; German, French and Spanish numbers, money, dates, times, percent, units; every other language is left
 * to the voice. Emoji are dropped in all: a voice that names them ("face with tears of joy") is in the way.
 * @param language ISO 639-1, with region where it is known
 */
export const normalizeText = (text: string, language: string): string => {
  const plain = plainFormulas(text)
    .replace(/[©®™]/g, sign => ` ${sign} `)
    .replace(emoji, match => (/^[©®™]/.test(match) ? match : ' '))
    .replace(/\u{FE0F}|\u{20E3}/gu, '')
    .replace(/[₀-₉]/g, digit => String(digit.charCodeAt(0) - 0x2080))
  const rules = rulesOf(language)
  if (!rules || !/[^\p{L}\p{M}\s.,;:!?'’"-]|\p{Lu}\p{Lu}|\p{Ll}\p{Lu}|\b[IVXLC]\.|\b[VXLC]\b|\p{L}\.|π/u.test(plain))
    return tidy(plain.replaceAll(unreadFormula, 'formula'))
  return tidy(readBy(rules, plain))
}

/** Without the marks no voice says, and with single spaces. */
const tidy = (text: string): string =>
  text
    .replace(/[<>[\]{}|\\^~*_`]/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ (?=[,;:.!?…](?:\s|$))/g, '')
    .replace(/,(?: ?,)+/g, ',')
    // As books of old have it: "to sing this:--". A voice would name the colon.
    .replace(/([,;:.!?]) ?[-–—]{1,3}(?=\s|$)/g, '$1')
    .replace(/^ /, '')
