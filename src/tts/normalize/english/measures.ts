import {counted, countWords, escaped, numberPattern} from '../amounts.ts'

import {monthNames, type SpokenLanguage} from '../language.ts'
import type {Pass} from '../pass.ts'
import {englishUnits} from './units.ts'

/** "90 mg/dL", "10 m/s²", "5 W/(m²·K)": the first in the plural, per the second in the singular. */
const compound = (() => {
  const names = Object.keys(englishUnits)
    .filter(unit => !/[/°]/.test(unit))
    .sort((a, b) => b.length - a.length)
    .map(escaped)
    .join('|')
  return (words: SpokenLanguage): RegExp =>
    new RegExp(
      `(?<![\\p{L}\\d.,-])([-−]?${numberPattern(words)}) ?(${names})\\/(${names})(²|³|\\^[23])?(?![\\p{L}\\p{N}/^²³])`,
      'gu',
    )
})()

const compoundUnits = (text: string, words: SpokenLanguage): string =>
  text.replace(compound(words), (whole: string, number: string, over: string, under: string, power?: string) => {
    const [upper, lower] = [englishUnits[over], englishUnits[under]]
    if (!upper || !lower || englishUnits[`${over}/${under}`]) return whole
    // Of a length the area, of a time the square: "per square meter", "per second squared".
    const cube = power !== undefined && /[3³]/.test(power)
    const per =
      power === undefined
        ? lower[0]
        : /meter|inch|foot|mile|yard/.test(lower[0])
          ? `${cube ? 'cubic' : 'square'} ${lower[0]}`
          : `${lower[0]} ${cube ? 'cubed' : 'squared'}`
    return `${countWords(number, words)} ${counted(number.replace(/^[-−]/, ''), upper)} per ${per}`
  })

const sizes: Record<string, string> = {K: ' thousand', k: ' thousand', M: ' million', B: ' billion', '': ''}
const pricePer = /([$€£]\d[\d,.]{0,15})\/(\d{1,4})([KkMB]?)(?= \p{L})/gu

const fractionOf =
  /(?<![\d.,/])(\d{1,3} ?(?=[\d½⅓⅔¼¾⅛]))?(\d{1,2}\/\d{1,2}|[½⅓⅔¼¾⅛]) ?(tsp|tbsp|lb|oz|gal|kg|g|km|mi|l|L|ml|yd|ft)\b/gu

const days = 'Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun'
const day: Record<string, string> = {
  Mon: 'Monday',
  Tue: 'Tuesday',
  Wed: 'Wednesday',
  Thu: 'Thursday',
  Fri: 'Friday',
  Sat: 'Saturday',
  Sun: 'Sunday',
}
const dayNamed = (name: string): string => day[name.slice(0, 3)] ?? name
const dayRange = new RegExp(
  `(?<![\\p{L}\\p{N}])(${days})\\.? ?[-–—] ?(${days})(?!\\p{L})(\\.(?= \\p{Ll}|[,;)]))?`,
  'gu',
)
const shortMonths = monthNames('en', 'short').join('|')
const months = monthNames('en', 'long')
const monthRange = new RegExp(
  `(?<![\\p{L}\\p{N}])(${shortMonths})\\.? ?[-–—] ?(${shortMonths})(?!\\p{L})(\\.(?= \\p{Ll}|[,;)]))?`,
  'gu',
)
const monthNamed = (name: string): string => months.find(one => one.startsWith(name)) ?? name
/** "March 5-7pm": hours of a month's day that is named elsewhere. */
const hoursAfterMonth = new RegExp(
  `(?<=\\b(?:${months.join('|')}|${shortMonths})\\.? )(1[0-2]|[1-9])[-–](1[0-2]|[1-9])(?= ?[ap]\\.?m\\b)`,
  'g',
)
/** "2023/24", a season or a school year; "2023-24". */
const season = /(?<![\p{L}\p{N}.,/-])((?:19|20)(\d\d))[/–-](\d\d)(?![\p{L}\p{N}/-]|[.,]\d)/gu
const reign =
  /\b([Ff]rom|[Bb]etween) (1\d{3}|20\d\d) (to|and|until) (1\d{3}|20\d\d)(?![\p{L}\p{N}%]|[.,]\d| ?(?:°|[\p{Ll}]{2,}s\b|people|men|women|percent|million|of ))/gu

/** Measures and ranges that are written short. */
export const measurePasses: Pass[] = [
  {
    name: 'prices per so many',
    example: '$0.02/1K tokens',
    read: (text, words) =>
      text.replace(
        pricePer,
        (_, price: string, number: string, size: string) => `${price} per ${words.cardinal(number)}${sizes[size]}`,
      ),
  },
  {
    name: 'apertures',
    example: 'f/2.8',
    read: text => text.replace(/(?<![\p{L}\p{N}/])([fƒ])\/(?=\d{1,2}(?:\.\d)?(?!\d))/gu, 'f '),
  },
  {
    name: 'blood pressure',
    example: '120/80 mmHg',
    read: text => text.replace(/(?<![\d.,/])(\d{2,3})\/(\d{2,3})(?= ?mmHg)/g, '$1 over $2'),
  },
  {
    name: 'units after fractions',
    example: '1/2 tsp',
    read: text =>
      text.replace(fractionOf, (whole: string, before: string | undefined, number: string, unit: string) => {
        const name = englishUnits[unit]?.[before === undefined ? 0 : 1]
        return name === undefined ? whole : `${before ?? ''}${number} ${name}`
      }),
  },
  {name: 'compound units', example: '90 mg/dL', read: compoundUnits},
  {
    name: 'hours of 24',
    example: '15:00h',
    read: text =>
      text.replace(
        /(?<![\d:.,])(\d{1,2}):([0-5]\d) ?h(?:rs?\.?|ours)?(?![\p{L}\p{N}])/gu,
        (_, hours: string, minutes: string) =>
          minutes === '00' && Number(hours) > 0 && Number(hours) < 13 ? `${hours}:00` : `${hours}:${minutes} hours`,
      ),
  },
  {
    name: 'estimates',
    example: '$0.98 est.',
    read: text =>
      text
        .replace(
          /(?<=[\d%)](?: ?(?:[MBKk]|bn|million|billion|trillion))? \(?)est\.(?!\p{L})/gu,
          (_, at: number, all: string) => (/^["'”’]?\s*$/.test(all.slice(at + 4)) ? 'estimated.' : 'estimated'),
        )
        .replace(/(?<!\p{L})est\.(?= ?[$€£]| \d{1,3}(?:[,.]\d|%| ))/gu, 'estimated'),
  },
  {
    name: 'ranges of days and months',
    example: 'Mon-Fri',
    read: (text, words) =>
      text
        .replace(dayRange, (_, from: string, to: string) => `${dayNamed(from)} ${words.to} ${dayNamed(to)}`)
        .replace(monthRange, (_, from: string, to: string) => `${monthNamed(from)} ${words.to} ${monthNamed(to)}`)
        .replace(hoursAfterMonth, (_, from: string, to: string) => `${words.cardinal(from)} ${words.to} ${to}`),
  },
  {
    name: 'ranges of years',
    example: '2023/24',
    read: (text, words) =>
      text
        .replace(season, (whole: string, from: string, short: string, to: string) =>
          Number(to) === (Number(short) + 1) % 100
            ? `${words.year(Number(from))} ${words.to} ${to === '00' ? words.year(Number(from) + 1) : words.cardinal(to)}`
            : whole,
        )
        .replace(reign, (whole: string, word: string, from: string, to: string, end: string) =>
          Number(from) < Number(end) ? `${word} ${words.year(Number(from))} ${to} ${words.year(Number(end))}` : whole,
        ),
  },
]
