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
    .replace(slashDate, (whole, a, b, year) =>
      words.dayFirst
        ? spoken(whole, Number(a), Number(b), fullYear(year))
        : spoken(whole, Number(b), Number(a), fullYear(year)),
    )
    .replace(dotDate, (whole, day, month, year) => spoken(whole, Number(day), Number(month), fullYear(year)))
}

const englishMonths = [...monthNames('en', 'long'), ...monthNames('en', 'short'), 'Sept']
/** `May` is a word, too; it counts as a month only beside a number. */
const month = `(${englishMonths.join('|')})\\b\\.?`
const monthNumber = (name: string): number => {
  const index = englishMonths.indexOf(name)
  return index === 24 ? 9 : (index % 12) + 1
}
const day = '(\\d{1,2})(?:st|nd|rd|th)?\\b'
const inYear = '(?:,?\\s+(\\d{4})\\b(?![,.]?\\d))?'
const monthDay = new RegExp(`\\b${month}\\s+(?:the\\s+)?${day}(?![:.,]\\d)${inYear}`, 'g')
const dayMonth = new RegExp(`(?<![\\d.,:/])\\b(the\\s+)?${day}\\s+(?:of\\s+)?${month}${inYear}`, 'g')
const monthYear = new RegExp(`\\b${month}\\s+(\\d{4})\\b(?![,.]?\\d)`, 'g')
const shortMonth = new RegExp(
  `\\b(${monthNames('en', 'short')
    .filter(name => name !== 'May')
    .join('|')}|Sept)\\.`,
  'g',
)

/** English dates with a month's name: "Jan. 3rd", "3 March 2026", "March 2026". */
export const englishDatesToWords = (text: string, words: SpokenLanguage): string => {
  const date = (whole: string, dayDigits: string, name: string, year?: string): string => {
    const [dayNumber, monthIs] = [Number(dayDigits), monthNumber(name)]
    if (!isDate(dayNumber, monthIs)) return whole
    return words.date({day: dayNumber, month: monthIs, ...(year === undefined ? {} : {year: Number(year)})})
  }
  const long = monthNames('en', 'long')
  return text
    .replace(monthDay, (whole, name, dayDigits, year) => date(whole, dayDigits, name, year))
    .replace(dayMonth, (whole, the, dayDigits, name, year) => {
      const spoken = date(whole, dayDigits, name, year)
      return the !== undefined && !spoken.startsWith('the ') && spoken !== whole
        ? `the ${dayThenMonth(words, dayDigits, name, year)}`
        : spoken
    })
    .replace(monthYear, (_, name, year) => `${long[monthNumber(name) - 1]} ${words.year(Number(year))}`)
    .replace(shortMonth, (_, name) => long[monthNumber(name) - 1] ?? '')
}

const dayThenMonth = (words: SpokenLanguage, dayDigits: string, name: string, year?: string): string =>
  `${words.ordinal(dayDigits)} of ${monthNames('en', 'long')[monthNumber(name) - 1]}${year === undefined ? '' : `, ${words.year(Number(year))}`}`

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
    return words.date({day: Number(dayDigits), month: monthIs, ...(year === undefined ? {} : {year: Number(year)})})
  })
}

const clock = /(?<![\d:.,])([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?(?![\d:])(?:\s?(a\.?m\.?|p\.?m\.?)(?![a-z]))?/gi
const hour = /(?<![\d:.,])(1[0-2]|0?[1-9])\s?(a\.?m\.?|p\.?m\.?)(?![a-z])/gi

/** Times of day: 14:05, 3:30 pm, 3pm. The dot of a "p.m." that ends the sentence stays. */
export const timesToWords = (text: string, words: SpokenLanguage): string => {
  const half = (mark: string, rest: string): string =>
    ` ${/^a/i.test(mark) ? 'AM' : 'PM'}${mark.endsWith('.') && /^\s*$/.test(rest) ? '.' : ''}`
  return text
    .replace(
      clock,
      (
        whole: string,
        hours: string,
        minutes: string,
        seconds: string | undefined,
        mark: string | undefined,
        at: number,
      ) => {
        const time = {hours: Number(hours), minutes: Number(minutes)}
        if (seconds !== undefined) return words.time({...time, seconds: Number(seconds)})
        if (mark === undefined) return words.time(time)
        const spoken = time.minutes === 0 ? words.cardinal(String(time.hours)) : words.time(time)
        return spoken + half(mark, text.slice(at + whole.length))
      },
    )
    .replace(
      hour,
      (whole: string, hours: string, mark: string, at: number, all: string) =>
        words.cardinal(hours) + half(mark, all.slice(at + whole.length)),
    )
}

const uhr = /(?<![\d:.,])([01]?\d|2[0-4])(?::([0-5]\d))?\s?Uhr\b/g
const heures = /(?<![\d:.,])([01]?\d|2[0-4])\s?h\s?([0-5]\d)?(?![\p{L}\d/])/gu

/** "14 Uhr", "14:05 Uhr", "14h30", whose hour has a name of its own. */
export const namedTimesToWords = (text: string, language: string, words: SpokenLanguage): string => {
  const time = (_: string, hours: string, minutes?: string): string =>
    words.time({hours: Number(hours), minutes: Number(minutes ?? 0)})
  if (language === 'de') return text.replace(uhr, time)
  return language === 'fr' ? text.replace(heures, time) : text
}
