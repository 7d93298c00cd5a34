import type {SpokenLanguage} from './language.ts'

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

const half = '\\s?[ap](?:\\.m\\.|m(?![a-z]))'
const minutes = ':[0-5]\\d(?![\\d:])'
const twelve = '(?:1[0-2]|0?[1-9])'
const hours = '(?:2[0-4]|[01]?\\d)'
const dash = '\\s?[-–—]\\s?'
/** One of the two at least shows that it is a time: a half of the day, minutes, "Uhr". */
const timeRange = new RegExp(
  [
    `(?<=(?<![\\d:.,])${twelve}(?::[0-5]\\d)?${half})${dash}(?=${twelve}(?![\\d.,/%-]))`,
    `(?<=(?<![\\d:.,])${hours}:[0-5]\\d)${dash}(?=${hours}${minutes})`,
    `(?<=(?<![\\d:.,$€£/-])${twelve}(?::[0-5]\\d)?)${dash}(?=${twelve}(?::[0-5]\\d)?(?:${half}))`,
    `(?<=(?<![\\d:.,])${hours}(?::[0-5]\\d)?(?:\\sUhr)?)${dash}(?=${hours}(?::[0-5]\\d)?\\s?Uhr\\b)`,
  ].join('|'),
  'gi',
)

/** "9am-5pm", "1-2 pm", "9:00–17:00": a word for the dash, while both are still written as times. */
export const timeRangesToWords = (text: string, words: SpokenLanguage): string =>
  text.replace(timeRange, ` ${words.to} `)
