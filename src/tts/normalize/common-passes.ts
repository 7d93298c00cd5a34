import {addressesToWords} from './addresses.ts'
import {blankThousands, numbersToWords, unitsToWords, vulgarFractions} from './amounts.ts'
import {namedDatesToWords, numericDatesToWords} from './dates.ts'
import {namedVersionsToWords, phonesToWords} from './english/numbers.ts'
import {formulaSigns, formulas} from './formula-signs.ts'
import {moneyToWords} from './money.ts'
import type {Pass} from './pass.ts'
import {namedTimesToWords, timeRangesToWords, timesToWords} from './times.ts'

/** What German, French and Spanish read first, before what is their own. */
export const beforeAmounts = (language: 'de' | 'fr' | 'es'): Pass[] => [
  {name: 'addresses', example: 'ann@example.org', read: addressesToWords},
  formulas(language),
  {name: 'dates by name', example: '3 mai 2026', read: (text, words) => namedDatesToWords(text, language, words)},
  {name: 'dates in digits', example: '3.5.2026', read: numericDatesToWords},
  {name: 'telephone numbers', example: '030 1234567', read: phonesToWords},
  {name: 'versions', example: 'v2.1', read: (text, words) => namedVersionsToWords(text, words, words.dot)},
  {name: 'thousands with blanks', example: '2 000', read: blankThousands},
  {name: 'ranges of times', example: '9:00–17:00', read: timeRangesToWords},
  {
    name: 'hours by name',
    example: language === 'de' ? '14 Uhr' : '14h30',
    read: (text, words) => namedTimesToWords(text, language, words),
  },
  {name: 'times', example: '14:05', read: timesToWords},
  {name: 'money', example: '5 €', read: moneyToWords},
  {name: 'fraction signs', example: '½', read: vulgarFractions},
]

/** "1/2" in a language without names for fractions here. */
export const numbersOver: Pass = {
  name: 'numbers over numbers',
  example: '1/2',
  read: (text, {over}) =>
    text.replace(/(?<=\d)\/(?=\d)/g, (_, at: number, all: string) =>
      all.slice(at - 2, at + 2) === '24/7' ? ' ' : ` ${over} `,
    ),
}

export const unitsAndSlashes = (language: 'de' | 'fr' | 'es'): Pass[] => [
  {
    name: 'acronyms with a slash',
    example: 'TCP/IP',
    read: text => text.replace(/(?<![\p{L}\p{N}/])([A-Z]{1,5})\/(?=[A-Z]{1,5}(?![\p{L}\p{N}/]))/gu, '$1 '),
  },
  {name: 'units', example: '5 km', read: unitsToWords},
  formulaSigns(language),
]

/** What they read last. */
export const numbersAndSigns: Pass[] = [
  {name: 'numbers', example: '1.234', read: numbersToWords},
  {
    name: 'signs',
    example: '&',
    read: (text, words) =>
      text
        .replace(/\s?&\s?/g, ` ${words.and} `)
        .replace(/%/g, ` ${words.percent} `)
        .replace(/(?<=\s)=(?=\s)/g, words.equals)
        .replace(/(?<=\s)\+(?=\s)/g, words.plus)
        .replace(/[×](?=\s)/g, words.times),
  },
]
