import {beforeAmounts, numbersAndSigns, unitsAndSlashes} from '../common-passes.ts'
import type {Pass} from '../pass.ts'
import {germanShortForms} from './short-forms.ts'
import {germanFractions, germanWords} from './words.ts'

/** German as it is read aloud. */
export const germanPasses: readonly Pass[] = [
  ...germanShortForms,
  ...beforeAmounts('de'),
  {name: 'fractions', example: '3/4', read: germanFractions},
  ...unitsAndSlashes('de'),
  {
    name: 'years',
    example: '1984',
    read: (text, words) =>
      text.replace(/(?<![\d.,])(1[1-9]\d{2})(?!\d|er\b|[.,]\d)/g, digits => words.year(Number(digits))),
  },
  {name: 'ordinals and abbreviations', example: 'am 3. Platz', read: germanWords},
  ...numbersAndSigns,
]
