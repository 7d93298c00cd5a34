import {type Counted, digitByDigit, groupsOfThree, monthNames, type SpokenLanguage, stripZeros} from '../language.ts'
import {englishRates, englishUnits} from './units.ts'

const small = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
  'eighteen nineteen'
).split(' ')
const tens = 'zero ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const scales =
  ' thousand million billion trillion quadrillion quintillion sextillion septillion octillion nonillion decillion'.split(
    ' ',
  )
const irregularOrdinals: Record<string, string> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
}
const months = monthNames('en', 'long')

const belowHundred = (value: number): string => {
  if (value < 20) return small[value] ?? ''
  const unit = value % 10
  return `${tens[Math.floor(value / 10)]}${unit === 0 ? '' : `-${small[unit]}`}`
}

/** @param and before tens and ones: "and " in British English, "" in American */
const belowThousand = (value: number, and: string): string => {
  const rest = value % 100
  if (value < 100) return belowHundred(rest)
  return `${small[Math.floor(value / 100)]} hundred${rest === 0 ? '' : ` ${and}${belowHundred(rest)}`}`
}

const cardinalWith =
  (and: string) =>
  (digits: string): string => {
    const groups = groupsOfThree(stripZeros(digits))
    if (groups.length > scales.length) return digitByDigit(digits, english)
    const words = groups.flatMap((group, i) => {
      const scale = scales[groups.length - 1 - i]
      if (group === 0) return []
      // A thousand and one.
      const joined = i > 0 && i === groups.length - 1 && group < 100 ? and : ''
      return [`${joined}${belowThousand(group, and)}${scale ? ` ${scale}` : ''}`]
    })
    return words.length === 0 ? 'zero' : words.join(' ')
  }

type Cardinal = (digits: string) => string

const ordinalWith =
  (cardinal: Cardinal): Cardinal =>
  digits =>
    cardinal(digits).replace(/[a-z]+$/, last => {
      if (irregularOrdinals[last]) return irregularOrdinals[last]
      return last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`
    })

const yearWith =
  (cardinal: Cardinal) =>
  (value: number): string => {
    const [century, rest] = [Math.floor(value / 100), value % 100]
    if (value < 1000 || (value >= 2000 && value < 2010) || (rest === 0 && century % 10 === 0)) {
      return cardinal(String(value))
    }
    if (rest === 0) return `${belowHundred(century)} hundred`
    return `${belowHundred(century)} ${rest < 10 ? `oh ${small[rest]}` : belowHundred(rest)}`
  }

const cardinal = cardinalWith('')
const ordinal = ordinalWith(cardinal)
const year = yearWith(cardinal)

/** Words that go on after an amount; any other word is what the amount belongs to. */
const afterAmount =
  /^(?:of|is|are|was|were|be|that|which|to|from|in|on|at|by|and|or|but|per|away|long|tall|wide|high|deep|thick|apart|more|less|later|ago|before|after|between|into|for|with|than|as|when|if|so|will|can|has|have|had|not|each|every|north|south|east|west|up|down|about|above|below|under|over|faster|slower|heavier|lighter|the|a|an|we|you|he|she|it|they|i)\b/i

/** Ends in -s as a plural does, and is none. */
const noPlural =
  /^(?:means|equals|makes|takes|lies|costs|remains|needs|gives|goes|comes|feels|seems|looks|weighs|separates|stands|sounds|counts|adds|leaves|less|plus|minus|versus|across|always|perhaps|this|its|his|hers|ours|yours|theirs|towards|upwards|downwards|besides|unless|thus|does)\b/

/** "a 5 kg bag", "the 100 m race", "5 kg bags"; not "the 5 km to the station", "5 kg of flour". */
const attributive = (before: string, after: string): boolean => {
  if (/\b(?:an?|another|each|every)\s$/i.test(before)) return /^[\s-]\p{L}/u.test(after)
  const next = after.trimStart()
  if (!/^\s\p{Ll}/u.test(after) || afterAmount.test(next)) return false
  return (
    /\b(?:the|this|that|my|your|his|her|its|our|their|no)\s$/i.test(before) ||
    (/^\p{Ll}{3,}s\b/u.test(next) && !noPlural.test(next))
  )
}

const dollars = Object.fromEntries(
  Object.entries({
    C$: 'Canadian',
    CA$: 'Canadian',
    A$: 'Australian',
    AU$: 'Australian',
    NZ$: 'New Zealand',
    HK$: 'Hong Kong',
  }).map(([sign, country]): [string, {whole: Counted; part: Counted}] => [
    sign,
    {whole: [`${country} dollar`, `${country} dollars`], part: ['cent', 'cents']},
  ]),
)

/** Numbers and signs in American English. */
export const english: SpokenLanguage = {
  separators: {group: ',', decimal: '.'},
  cardinal,
  ordinal,
  year,
  month: number => months[number - 1] ?? '',
  decimals: digits => digitByDigit(digits, english),
  date: ({day, month, year: inYear}) => {
    const named = month === undefined ? `the ${ordinal(String(day))}` : `${months[month - 1]} ${ordinal(String(day))}`
    return inYear === undefined ? named : `${named}, ${year(inYear)}`
  },
  time: ({hours, minutes, seconds}) => {
    const hour = cardinal(String(hours))
    const minute = minutes === 0 ? (hours > 12 || hours === 0 ? 'hundred' : "o'clock") : minuteWords(minutes)
    if (seconds === undefined) return `${hour} ${minute}`
    const second = `${cardinal(String(seconds))} ${seconds === 1 ? 'second' : 'seconds'}`
    return `${hour} ${minutes === 0 ? 'zero' : minute} and ${second}`
  },
  dayFirst: false,
  point: 'point',
  minus: 'minus',
  plus: 'plus',
  times: 'times',
  equals: 'equals',
  dot: 'dot',
  at: 'at',
  and: 'and',
  percent: 'percent',
  number: 'number',
  about: 'about',
  slash: 'slash',
  dash: 'dash',
  to: 'to',
  money: {
    $: {whole: ['dollar', 'dollars'], part: ['cent', 'cents']},
    '€': {whole: ['euro', 'euros'], part: ['cent', 'cents']},
    '£': {whole: ['pound', 'pounds'], part: ['penny', 'pence']},
    '¥': {whole: ['yen', 'yen']},
    '₹': {whole: ['rupee', 'rupees'], part: ['paisa', 'paise']},
    ...dollars,
  },
  moneyAnd: 'and',
  version: 'version',
  attributive,
  units: englishUnits,
  rates: englishRates,
  ordinalMark: /(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d{1,15})(?:st|nd|rd|th)\b/gi,
}

const minuteWords = (minutes: number): string => (minutes < 10 ? `oh ${small[minutes]}` : belowHundred(minutes))

const britishCardinal = cardinalWith('and ')
const britishOrdinal = ordinalWith(britishCardinal)
const britishYear = yearWith(britishCardinal)

/** British English: "one hundred and one", and the day before the month. */
export const britishEnglish: SpokenLanguage = {
  ...english,
  cardinal: britishCardinal,
  ordinal: britishOrdinal,
  year: britishYear,
  dayFirst: true,
  date: ({day, month, year: inYear}) => {
    const named = `the ${ordinal(String(day))}${month === undefined ? '' : ` of ${months[month - 1]}`}`
    return inYear === undefined ? named : `${named}, ${britishYear(inYear)}`
  },
}
