import {digitByDigit, groupsOfThree, monthNames, type SpokenLanguage, stripZeros} from '../language.ts'
import {germanOne} from './words.ts'

const small = (
  'null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn ' +
  'achtzehn neunzehn'
).split(' ')
const tens = 'null zehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig'.split(' ')
const scales = ['', '', 'Million', 'Milliarde', 'Billion', 'Billiarde', 'Trillion', 'Trilliarde']
const months = monthNames('de', 'long')

const belowHundred = (value: number): string => {
  if (value < 20) return small[value] ?? ''
  const unit = value % 10
  return `${unit === 0 ? '' : `${small[unit]}und`}${tens[Math.floor(value / 10)]}`
}

const belowThousand = (value: number): string => {
  const [hundreds, rest] = [Math.floor(value / 100), value % 100]
  return `${hundreds === 0 ? '' : `${small[hundreds]}hundert`}${rest === 0 ? '' : belowHundred(rest)}`
}

/** As it stands within a compound: "ein", "einundzwanzigtausendein". */
const compound = (digits: string): string => {
  const groups = groupsOfThree(stripZeros(digits))
  if (groups.length > scales.length) return digitByDigit(digits, german)
  const words: string[] = []
  for (const [i, group] of groups.entries()) {
    const scale = groups.length - 1 - i
    if (group === 0) continue
    if (scale < 2) {
      const word = `${belowThousand(group)}${scale === 1 ? 'tausend' : ''}`
      // Thousands and what follows are one word.
      if (scale === 0 && groups.at(-2)) words.push(`${words.pop() ?? ''}${word}`)
      else words.push(word)
    } else words.push(group === 1 ? `eine ${scales[scale]}` : `${belowThousand(group)} ${plural(scales[scale] ?? '')}`)
  }
  return words.length === 0 ? 'null' : words.join(' ')
}

const plural = (scale: string): string => `${scale}${scale.endsWith('e') ? 'n' : 'en'}`

const cardinal = (digits: string): string => compound(digits).replace(/ein$/, 'eins')

const ordinalStems: [RegExp, string][] = [
  [/ein$/, 'ers'],
  [/drei$/, 'drit'],
  [/sieben$/, 'sieb'],
  [/acht$/, 'ach'],
]
const ordinal = (digits: string): string => {
  const word = compound(digits)
  const stem = ordinalStems.find(([end]) => end.test(word))
  const below = Number(digits.slice(-2))
  if (below > 0 && below < 20) return `${stem ? word.replace(...stem) : word}te`
  return `${word}ste`
}

const year = (value: number): string => {
  const [century, rest] = [Math.floor(value / 100), value % 100]
  if (value < 1100 || value >= 2000) return cardinal(String(value))
  return `${small[century]}hundert${rest === 0 ? '' : belowHundred(rest).replace(/ein$/, 'eins')}`
}

/** Numbers and signs in German. A date stands as it does after "am": "dritten Oktober". */
export const german: SpokenLanguage = {
  separators: {group: '.', decimal: ','},
  cardinal,
  ordinal,
  year,
  month: number => months[number - 1] ?? '',
  decimals: digits => digitByDigit(digits, german),
  date: ({day, month, year: inYear}) =>
    [
      `${ordinal(String(day))}n`,
      ...(month === undefined ? [] : [months[month - 1]]),
      ...(inYear === undefined ? [] : [year(inYear)]),
    ].join(' '),
  time: ({hours, minutes, seconds}) =>
    [
      `${compound(String(hours))} Uhr`,
      ...(minutes === 0 && seconds === undefined ? [] : [cardinal(String(minutes))]),
      ...(seconds === undefined ? [] : [`und ${cardinal(String(seconds))} Sekunden`]),
    ].join(' '),
  dayFirst: true,
  point: 'Komma',
  minus: 'minus',
  plus: 'plus',
  times: 'mal',
  equals: 'gleich',
  dot: 'Punkt',
  at: 'ät',
  and: 'und',
  percent: 'Prozent',
  number: 'Nummer',
  about: 'etwa',
  slash: 'Schrägstrich',
  dash: 'Strich',
  to: 'bis',
  money: {
    $: {whole: ['Dollar', 'Dollar'], part: ['Cent', 'Cent']},
    '€': {whole: ['Euro', 'Euro'], part: ['Cent', 'Cent']},
    '£': {whole: ['Pfund', 'Pfund'], part: ['Penny', 'Pence']},
    '¥': {whole: ['Yen', 'Yen']},
  },
  moneyAnd: 'und',
  version: 'Version',
  oneBefore: germanOne,
  units: {
    km: ['Kilometer', 'Kilometer'],
    m: ['Meter', 'Meter'],
    cm: ['Zentimeter', 'Zentimeter'],
    mm: ['Millimeter', 'Millimeter'],
    kg: ['Kilogramm', 'Kilogramm'],
    g: ['Gramm', 'Gramm'],
    l: ['Liter', 'Liter'],
    ml: ['Milliliter', 'Milliliter'],
    h: ['Stunde', 'Stunden'],
    min: ['Minute', 'Minuten'],
    s: ['Sekunde', 'Sekunden'],
    ms: ['Millisekunde', 'Millisekunden'],
    'km/h': ['Kilometer pro Stunde', 'Kilometer pro Stunde'],
    '°C': ['Grad Celsius', 'Grad Celsius'],
    '°': ['Grad', 'Grad'],
    'm²': ['Quadratmeter', 'Quadratmeter'],
    MB: ['Megabyte', 'Megabyte'],
    GB: ['Gigabyte', 'Gigabyte'],
    TB: ['Terabyte', 'Terabyte'],
    kWh: ['Kilowattstunde', 'Kilowattstunden'],
    kW: ['Kilowatt', 'Kilowatt'],
  },
}
