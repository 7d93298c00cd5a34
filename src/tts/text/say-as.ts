import {mainLanguage} from '../../text/language-tag.ts'
import {fraction, numberPattern, numberWords, unitsToWords} from '../normalize/amounts.ts'
import {fullYear, isDate} from '../normalize/dates.ts'
import {digitByDigit, type SpokenLanguage} from '../normalize/language.ts'
import {moneyToWords} from '../normalize/money.ts'
import {spokenLanguage} from '../normalize/normalize.ts'

/** What `interpret-as` may be. */
export const interpretations = [
  'cardinal',
  'number',
  'ordinal',
  'digits',
  'characters',
  'spell-out',
  'date',
  'time',
  'telephone',
  'currency',
  'unit',
  'fraction',
] as const
export type Interpretation = (typeof interpretations)[number]

/** Orders of day, month and year that `format` may name. */
export const dateFormats = ['mdy', 'dmy', 'ymd', 'md', 'dm', 'ym', 'my', 'y', 'm', 'd'] as const
export const timeFormats = ['hms12', 'hms24'] as const

/** Text as the words that markup asks for; undefined where it cannot be read so, or not in this language. */
export const sayAs = (
  text: string,
  as: Interpretation,
  format: string | undefined,
  language: string,
): string | undefined => {
  const words = spokenLanguage(language)
  if (as === 'characters' || as === 'spell-out') return characters(text, words)
  return words && readers[as](text, words, format, language)
}

type Reader = (text: string, words: SpokenLanguage, format: string | undefined, language: string) => string | undefined

const cardinal: Reader = (text, words) =>
  new RegExp(`^[-−+]?${numberPattern(words)}$`).test(text) ? numberWords(text, words) : undefined

const readers: Record<Exclude<Interpretation, 'characters' | 'spell-out'>, Reader> = {
  cardinal,
  number: cardinal,
  ordinal(text, words) {
    const digits = text.replaceAll(words.separators.group, '').replace(/(?:st|nd|rd|th|\.|e|er|º|ª)$/i, '')
    return /^\d{1,15}$/.test(digits) ? words.ordinal(digits) : undefined
  },
  digits: (text, words) =>
    /^[\d\s.-]*\d[\d\s.-]*$/.test(text) ? digitByDigit(text.replace(/\D/g, ''), words) : undefined,
  date: (text, words, format) => date(text, words, format),
  time(text, words, format) {
    const [, hours, minutes = '0', seconds, half] =
      text.match(/^(\d{1,2})(?:[:.](\d{2}))?(?:[:.](\d{2}))?\s?(am|pm|a\.m\.|p\.m\.)?$/i) ?? []
    if (hours === undefined || Number(hours) > 24 || Number(minutes) > 59 || Number(seconds ?? 0) > 59) return undefined
    const clock = {hours: Number(hours), minutes: Number(minutes)}
    // 24:00 is the end of a day; nothing is later.
    if (clock.hours === 24 && (clock.minutes > 0 || Number(seconds ?? 0) > 0)) return undefined
    if (half !== undefined && format === 'hms24') return undefined
    const twelve = half !== undefined || format === 'hms12'
    if (twelve && (clock.hours < 1 || clock.hours > 12)) return undefined
    const spoken = words.time(seconds === undefined ? clock : {...clock, seconds: Number(seconds)})
    return half === undefined ? spoken : `${spoken.replace(/ o'clock$/, '')} ${half.charAt(0).toUpperCase()}-M`
  },
  telephone(text, words) {
    if (!/^\+?[\d\s().\-/]{2,40}$/.test(text) || !/\d/.test(text)) return undefined
    const groups = text.split(/\D+/).filter(group => group !== '')
    const spoken = groups.map(group => digitByDigit(group, words)).join(', ')
    return text.startsWith('+') ? `${words.plus} ${spoken}` : spoken
  },
  currency: (text, words) => changed(text, moneyToWords(text, words)),
  unit: (text, words) => changed(text, unitsToWords(text, words)),
  fraction(text, words, _, language) {
    const [, whole, over, under] = text.match(/^(?:(\d{1,6})[\s+]+)?(\d{1,6})\/(\d{1,6})$/) ?? []
    // Fractions have names of their own in each language; we know the English ones.
    if (over === undefined || under === undefined || Number(under) === 0 || mainLanguage(language) !== 'en')
      return undefined
    const part = Number(under) === 1 ? `${words.cardinal(over)} over one` : fraction(over, under, words, !!whole)
    return whole === undefined ? part : `${words.cardinal(whole)} and ${part}`
  },
}

const changed = (before: string, after: string): string | undefined =>
  after === before || /\d/.test(after) ? undefined : after

const date = (text: string, words: SpokenLanguage, format: string | undefined): string | undefined => {
  const parts = text.match(/\d+/g) ?? []
  if (!/^[\d\s./-]+$/.test(text)) return undefined
  const usual = (parts[0]?.length ?? 0) > 2 ? 'ymd' : words.dayFirst ? 'dmy' : 'mdy'
  const order = format ?? usual.slice(0, Math.max(parts.length, 1))
  if (order.length !== parts.length) return undefined
  const part = (letter: string): string | undefined => parts[order.indexOf(letter)]
  const [year, month, day] = [part('y'), part('m'), part('d')]
  const inYear = year === undefined ? undefined : fullYear(year)
  if (month !== undefined && !(Number(month) >= 1 && Number(month) <= 12)) return undefined
  if (day !== undefined) {
    if (!isDate(Number(day), month === undefined ? 1 : Number(month))) return undefined
    return words.date({
      day: Number(day),
      month: month === undefined ? undefined : Number(month),
      year: inYear,
    })
  }
  // The month's name: a date's first without its day.
  const name = month === undefined ? [] : [words.month(Number(month))]
  return [...name, ...(inYear === undefined ? [] : [words.year(inYear)])].join(' ')
}

const signNames: Record<string, (words: SpokenLanguage) => string> = {
  '.': words => words.dot,
  '@': words => words.at,
  '-': words => words.dash,
  '/': words => words.slash,
  '+': words => words.plus,
  '&': words => words.and,
  '%': words => words.percent,
}

/** Letter by letter and digit by digit. Letters are joined by hyphens: a phonemiser then reads an A as a letter, too. */
const characters = (text: string, words: SpokenLanguage | undefined): string | undefined => {
  const spelled = [...text.replace(/\s+/g, '')].map(sign => {
    if (/\d/.test(sign)) return words ? words.cardinal(sign) : sign
    if (/\p{L}/u.test(sign)) return sign.toUpperCase()
    return (words && signNames[sign]?.(words)) ?? (/[\p{M}\p{N}\p{S}]/u.test(sign) ? sign : ' ')
  })
  const letter = (one: string | undefined): boolean => one !== undefined && /^\p{L}$/u.test(one)
  const joined = spelled.map((one, i) => `${letter(one) && letter(spelled[i - 1]) ? '-' : ' '}${one}`).join('')
  return /[\p{L}\p{N}]/u.test(joined) ? joined.replace(/\s+/g, ' ').trim() : undefined
}
