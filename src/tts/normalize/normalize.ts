import {emoji} from '../../text/emoji.ts'
import {mainLanguage, regionOf} from '../../text/language-tag.ts'
import {addressesToWords} from './addresses.ts'
import {
  blankThousands,
  fractionsToWords,
  numbersToWords,
  ratesToWords,
  unitsToWords,
  vulgarFractions,
} from './amounts.ts'
import {englishDatesToWords, namedDatesToWords, numericDatesToWords} from './dates.ts'
import {britishEnglish, english} from './english/english.ts'
import {
  decadesToWords,
  mathToWords,
  namedVersionsToWords,
  phonesToWords,
  ratiosToWords,
  signsToWords,
  versionsToWords,
  yearsToWords,
} from './english/numbers.ts'
import {abbreviationsToWords, acronymsToWords, modelNumbersToWords, romanToWords} from './english/words.ts'
import {french} from './french.ts'
import {german} from './german.ts'
import {germanFractions, germanWords} from './german-words.ts'
import type {SpokenLanguage} from './language.ts'
import {moneyToWords} from './money.ts'
import {magnitudesToWords, notationsToWords} from './notations.ts'
import {spanish} from './spanish.ts'
import {namedTimesToWords, timeRangesToWords, timesToWords} from './times.ts'

/** The words of a language (`en-us`); undefined where we have none and the voice reads numbers and signs its own way. */
export const spokenLanguage = (language: string): SpokenLanguage | undefined => {
  switch (mainLanguage(language)) {
    case 'en':
      return ['', 'us'].includes(regionOf(language)) ? english : britishEnglish
    case 'de':
      return german
    case 'fr':
      return french
    case 'es':
      return spanish
    default:
      return undefined
  }
}

/**
 * A sentence as it is read aloud: numbers, dates, money, units, addresses, signs and the like as words of the language.
 * English completely; German, French and Spanish numbers, money, dates, times, percent, units; every other language is left
 * to the voice. Emoji are dropped in all: a voice that names them ("face with tears of joy") is in the way.
 * @param language ISO 639-1, with region where it is known
 */
export const normalizeText = (text: string, language: string): string => {
  const plain = text
    .replace(/[©®™]/g, sign => ` ${sign} `)
    .replace(emoji, match => (/^[©®™]/.test(match) ? match : ' '))
    .replace(/\u{FE0F}|\u{20E3}/gu, '')
    .replace(/[₀-₉]/g, digit => String(digit.charCodeAt(0) - 0x2080))
  const words = spokenLanguage(language)
  if (!words || !/[^\p{L}\p{M}\s.,;:!?'’"-]|\p{Lu}\p{Lu}|\p{Ll}\p{Lu}|\b[VXLC]\b|\p{L}\.|π/u.test(plain))
    return tidy(plain)
  const main = mainLanguage(language)
  return tidy(main === 'en' ? englishWords(plain, words) : otherWords(plain, main, words))
}

// The order matters: what is longest and surest first; what a pass has turned into words, the next ones leave alone.
const englishWords = (text: string, words: SpokenLanguage): string => {
  let spoken = addressesToWords(text, words)
  spoken = spoken.replace(/(?:C|F|J)#|C\+\+/g, name => (name === 'C++' ? 'C plus plus' : `${name.charAt(0)} sharp`))
  spoken = notationsToWords(spoken, words)
  spoken = numericDatesToWords(spoken, words)
  spoken = englishDatesToWords(spoken, words)
  spoken = phonesToWords(spoken, words)
  spoken = versionsToWords(spoken, words)
  spoken = blankThousands(spoken, words)
  spoken = timesToWords(timeRangesToWords(spoken, words), words)
  spoken = mathToWords(spoken)
  spoken = decadesToWords(spoken, words)
  spoken = magnitudesToWords(moneyToWords(spoken, words), words)
  spoken = fractionsToWords(spoken, words)
  spoken = ratesToWords(unitsToWords(spoken, words), words)
  spoken = yearsToWords(spoken, words)
  spoken = ratiosToWords(spoken, words)
  spoken = romanToWords(spoken, words)
  spoken = abbreviationsToWords(spoken)
  spoken = modelNumbersToWords(spoken, words)
  spoken = acronymsToWords(spoken)
  // 120/80, 1.5/2: what is left of slashes between numbers.
  spoken = spoken.replace(/(?<=\d)\/(?=\d)/g, ' over ')
  spoken = numbersToWords(spoken, words)
  return signsToWords(spoken)
}

const otherWords = (text: string, language: string, words: SpokenLanguage): string => {
  let spoken = addressesToWords(text, words)
  spoken = namedDatesToWords(spoken, language, words)
  spoken = numericDatesToWords(spoken, words)
  spoken = phonesToWords(spoken, words)
  spoken = namedVersionsToWords(spoken, words, words.dot)
  spoken = blankThousands(spoken, words)
  spoken = timeRangesToWords(spoken, words)
  spoken = namedTimesToWords(spoken, language, words)
  spoken = timesToWords(spoken, words)
  spoken = moneyToWords(spoken, words)
  spoken = vulgarFractions(spoken)
  if (language === 'de') spoken = germanFractions(spoken, words)
  const {over} = words
  if (over !== undefined) {
    spoken = spoken.replace(/(?<=\d)\/(?=\d)/g, (_, at: number, all: string) =>
      all.slice(at - 2, at + 2) === '24/7' ? ' ' : ` ${over} `,
    )
  }
  spoken = spoken.replace(/(?<![\p{L}\p{N}/])([A-Z]{1,5})\/(?=[A-Z]{1,5}(?![\p{L}\p{N}/]))/gu, '$1 ')
  spoken = unitsToWords(spoken, words)
  if (language === 'de') {
    spoken = spoken.replace(/(?<![\d.,])(1[1-9]\d{2})(?!\d|er\b|[.,]\d)/g, digits => words.year(Number(digits)))
    spoken = germanWords(spoken, words)
  }
  spoken = numbersToWords(spoken, words)
  return spoken
    .replace(/\s?&\s?/g, ` ${words.and} `)
    .replace(/%/g, ` ${words.percent} `)
    .replace(/(?<=\s)=(?=\s)/g, words.equals)
    .replace(/(?<=\s)\+(?=\s)/g, words.plus)
    .replace(/[×](?=\s)/g, words.times)
}

/** Without the marks no voice says, and with single spaces. */
const tidy = (text: string): string =>
  text
    .replace(/[<>[\]{}|\\^~*_`]/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ (?=[,;:.!?…](?:\s|$))/g, '')
    .replace(/,(?: ?,)+/g, ',')
    .replace(/^ /, '')
