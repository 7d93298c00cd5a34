import {firstWords} from '../../text/abbreviations.ts'
import {monthNames, type SpokenLanguage} from './language.ts'

const daysIn = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether there is such a day; of 29 February, in any year. */
export const isDate = (day: number, month: number): boolean =>
  Number.isInteger(day) && day >= 1 && day <= (daysIn[month - 1] ?? 0)

/** Two digits of a year: 00 to 49 are of this century, as POSIX has it within a little. */
export const fullYear = (digits: string): number =>
  digits.length > 2 ? Number(digits) : Number(digits) + (Number(digits) < 50 ? 2000 : 1900)

const isoDate =
  /(?<![\d.,/-])(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?(?![\d-])/g
const slashDate = /(?<![\d.,/])(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})(?![\d/])/g
const yearFirstDate = /(?<![\d.,/-])(\d{4})\/(\d{1,2})\/(\d{1,2})(?![\d/]|\.\d)/g
const dotDate = /(?<![\d.,/])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?![\d])/g

/** Dates in digits: ISO 8601 anywhere, 3/14/2026 in the order of the language, 14.3.2026. */
export const numericDatesToWords = (text: string, words: SpokenLanguage): string => {
  const spoken = (whole: string, day: number, month: number, year: number): string => {
    if (isDate(day, month)) return words.date({day, month, year})
    // 14/3 in an American text, 3/14 in a British one: only one reading exists.
    return isDate(month, day) ? words.date({day: month, month: day, year}) : whole
  }
  return text
    .replace(isoDate, (whole, year, month, day, hours, minutes, seconds) => {
      if (!isDate(Number(day), Number(month))) return whole
      const date = words.date({day: Number(day), month: Number(month), year: Number(year)})
      if (hours === undefined) return date
      const clock = {hours: Number(hours), minutes: Number(minutes)}
      return `${date}, ${words.time(seconds === undefined ? clock : {...clock, seconds: Number(seconds)})}`
    })
    .replace(yearFirstDate, (whole, year, month, day) =>
      isDate(Number(day), Number(month))
        ? words.date({day: Number(day), month: Number(month), year: Number(year)})
        : whole,
    )
    .replace(slashDate, (whole, a, b, year) =>
      words.dayFirst
        ? spoken(whole, Number(a), Number(b), fullYear(year))
        : spoken(whole, Number(b), Number(a), fullYear(year)),
    )
    .replace(dotDate, (whole, day, month, year) => spoken(whole, Number(day), Number(month), fullYear(year)))
}

const long = monthNames('en', 'long')
const short = [...monthNames('en', 'short').filter(name => name !== 'May'), 'Sept']
/** `May` is a word, too; it counts as a month only beside a number. Only a short name has a dot of its own. */
const month = `((?:${long.join('|')})\\b|(?:${short.join('|')})\\b\\.?)`
/** 1..12 */
const monthNumber = (name: string): number => long.findIndex(one => one.startsWith(name.slice(0, 3))) + 1
const day = '(\\d{1,2})(?:st|nd|rd|th)?\\b'
const inYear = '(?:,?\\s+(\\d{4})\\b(?![,.]?\\d))?'
const monthDay = new RegExp(`\\b${month}\\s+(?:the\\s+)?${day}(?![:.,]\\d)${inYear}`, 'g')
const dayMonth = new RegExp(`(?<![\\d.,:/])\\b(the\\s+)?${day}\\s+(?:of\\s+)?${month}${inYear}`, 'g')
const monthYear = new RegExp(`\\b${month}\\s+(\\d{4})\\b(?![,.]?\\d)`, 'g')
const shortMonth = new RegExp(`\\b(${short.join('|')})\\.`, 'g')

const dash = '\\s?[-–—]\\s?'
const noMore = '(?![\\d%]|[:.,]\\d|-\\d|\\s?[ap]\\.?m\\b)'
const monthDays = new RegExp(`\\b${month}\\s+${day}${dash}${day}${noMore}${inYear}`, 'g')
const daysMonth = new RegExp(`(?<![\\d.,:/-])\\b(the\\s+)?${day}${dash}${day}\\s+(?:of\\s+)?${month}${inYear}`, 'g')
/** Between two dates, or two months, with a name each. */
const betweenDates = new RegExp(
  `(?<=\\b${month}(?:\\s+${day}(?:,?\\s+\\d{4})?)?)${dash}(?=${month}(?:\\s+\\d|$|[^\\p{L}\\d]))|(?<=\\d(?:st|nd|rd|th)?\\s${month}(?:\\s+\\d{4})?)${dash}(?=\\d{1,2}(?:st|nd|rd|th)?\\s+${month})`,
  'gu',
)

/** The dot of a short name that also ends the sentence. */
const stopAfter = (whole: string, rest: string): string => {
  if (!whole.endsWith('.')) return ''
  const [, next] = rest.match(/^["'”’)\]]*\s*(?:["'“‘([]*(\p{Lu}[\p{L}'’]{0,20})|$)/u) ?? ['', '-']
  return next === undefined || firstWords.has(next.toLowerCase()) ? '.' : ''
}

/** English dates with a month's name: "Jan. 3rd", "3 March 2026", "March 2026". */
export const englishDatesToWords = (text: string, words: SpokenLanguage): string => {
  const date = (whole: string, dayDigits: string, name: string, year?: string): string => {
    const [dayNumber, monthIs] = [Number(dayDigits), monthNumber(name)]
    if (!isDate(dayNumber, monthIs)) return whole
    return words.date({day: dayNumber, month: monthIs, year: year === undefined ? undefined : Number(year)})
  }
  const days = (whole: string, from: string, to: string, name: string, year?: string): string => {
    const monthIs = monthNumber(name)
    if (!isDate(Number(from), monthIs) || !isDate(Number(to), monthIs) || Number(from) >= Number(to)) return whole
    const [first, last] = [words.ordinal(from), words.ordinal(to)]
    const spoken = words.dayFirst
      ? `the ${first} ${words.to} the ${last} of ${long[monthIs - 1]}`
      : `${long[monthIs - 1]} ${first} ${words.to} ${last}`
    return year === undefined ? spoken : `${spoken}, ${words.year(Number(year))}`
  }
  return text
    .replace(betweenDates, ` ${words.to} `)
    .replace(monthDays, (whole, name, from, to, year) => days(whole, from, to, name, year))
    .replace(daysMonth, (whole, _, from, to, name, year, at: number, all: string) => {
      const spoken = days(whole, from, to, name, year)
      return spoken === whole ? whole : spoken + stopAfter(whole, all.slice(at + whole.length, at + whole.length + 40))
    })
    .replace(monthDay, (whole, name, dayDigits, year) => date(whole, dayDigits, name, year))
    .replace(dayMonth, (whole, the, dayDigits, name, year, at: number, all: string) => {
      const spoken = date(whole, dayDigits, name, year)
      if (spoken === whole) return whole
      const said =
        the !== undefined && !spoken.startsWith('the ') ? `the ${dayThenMonth(words, dayDigits, name, year)}` : spoken
      return said + stopAfter(whole, all.slice(at + whole.length, at + whole.length + 40))
    })
    .replace(monthYear, (_, name, year) => `${long[monthNumber(name) - 1]} ${words.year(Number(year))}`)
    .replace(
      shortMonth,
      (whole: string, name: string, at: number, all: string) =>
        `${long[monthNumber(name) - 1]}${stopAfter(whole, all.slice(at + whole.length, at + whole.length + 40))}`,
    )
}

const dayThenMonth = (words: SpokenLanguage, dayDigits: string, name: string, year?: string): string =>
  `${words.ordinal(dayDigits)} of ${long[monthNumber(name) - 1]}${year === undefined ? '' : `, ${words.year(Number(year))}`}`

/** "3. Oktober 2026", "3 octobre 2026", "3 de octubre de 2026". */
export const namedDatesToWords = (text: string, language: string, words: SpokenLanguage): string => {
  const names = monthNames(language, 'long')
  const pattern = new RegExp(
    `(?<![\\d.,:/])(\\d{1,2})(?:er|\\.)?\\s+(?:de\\s+)?(${names.join('|')})\\b(?:\\s+(?:de\\s+)?(\\d{4})\\b(?![,.]?\\d))?`,
    'giu',
  )
  return text.replace(pattern, (whole, dayDigits: string, name: string, year?: string) => {
    const monthIs = names.findIndex(one => one.toLowerCase() === name.toLowerCase()) + 1
    if (!isDate(Number(dayDigits), monthIs)) return whole
    return words.date({day: Number(dayDigits), month: monthIs, year: year === undefined ? undefined : Number(year)})
  })
}
