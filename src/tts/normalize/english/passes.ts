import {addressesToWords} from '../addresses.ts'
import {blankThousands, fractionsToWords, numbersToWords, ratesToWords, unitsToWords} from '../amounts.ts'
import {englishDatesToWords, numericDatesToWords} from '../dates.ts'
import {formulas} from '../formula-signs.ts'
import {moneyToWords} from '../money.ts'
import {magnitudesToWords, notationsToWords} from '../notations.ts'
import type {Pass} from '../pass.ts'
import {timeRangesToWords, timesToWords} from '../times.ts'
import {codePasses} from './codes.ts'
import {measurePasses} from './measures.ts'
import {namePasses} from './names.ts'
import {
  decadesToWords,
  mathToWords,
  phonesToWords,
  ratiosToWords,
  signsToWords,
  versionsToWords,
  yearsToWords,
} from './numbers.ts'
import {abbreviationsToWords, acronymsToWords, modelNumbersToWords, romanToWords} from './words.ts'

/** English as it is read aloud. */
export const englishPasses: readonly Pass[] = [
  {name: 'addresses', example: 'ann@example.org', read: addressesToWords},
  {
    name: 'programming languages',
    example: 'C#',
    read: text =>
      text.replace(/(?:C|F|J)#|C\+\+/g, name => (name === 'C++' ? 'C plus plus' : `${name.charAt(0)} sharp`)),
  },
  formulas('en'),
  ...codePasses,
  ...namePasses,
  ...measurePasses,
  {name: 'short notations', example: '1e-5', read: notationsToWords},
  {name: 'dates in digits', example: '3/14/2026', read: numericDatesToWords},
  {name: 'dates by name', example: 'Jan. 3rd', read: englishDatesToWords},
  {name: 'telephone numbers', example: '555-123-4567', read: phonesToWords},
  {name: 'versions', example: 'v2.1', read: versionsToWords},
  {name: 'thousands with blanks', example: '2 000', read: blankThousands},
  {name: 'ranges of times', example: '9am-5pm', read: timeRangesToWords},
  {name: 'times', example: '3pm', read: timesToWords},
  {name: 'signs between digits', example: '1920x1080', read: mathToWords},
  {name: 'decades', example: "the '80s", read: decadesToWords},
  {name: 'money', example: '$5', read: moneyToWords},
  {name: 'magnitudes', example: '1.5M users', read: magnitudesToWords},
  {name: 'fractions', example: '3/4', read: fractionsToWords},
  {name: 'units', example: '5 kg', read: unitsToWords},
  {name: 'rates', example: '5 milligrams/day', read: ratesToWords},
  {name: 'years', example: 'in 1984', read: yearsToWords},
  {name: 'ratios', example: '16:9', read: ratiosToWords},
  {name: 'Roman numerals', example: 'Henry VIII', read: romanToWords},
  {name: 'abbreviations', example: 'Dr. Lee', read: abbreviationsToWords},
  {name: 'model numbers', example: 'A380', read: modelNumbersToWords},
  {name: 'acronyms', example: 'FBI', read: acronymsToWords},
  {name: 'numbers over numbers', example: '120/80', read: text => text.replace(/(?<=\d)\/(?=\d)/g, ' over ')},
  {name: 'numbers', example: '42', read: numbersToWords},
  {name: 'signs', example: '&', read: signsToWords},
]
