import {numberWords} from '../amounts.ts'
import type {SpokenLanguage} from '../language.ts'
import type {Pass} from '../pass.ts'
import {letters, nameNumber} from './words.ts'

/** FAA JO 7110.65, 2-4-15: flights in group form, "fifteen forty-nine"; after them no unit or thing counted. */
const flight =
  /(?<![\p{L}\p{N}])([Ff]lights?|FLIGHT) (?:([A-Z]{2,3}|[A-Z]\d|\d[A-Z]) ?)?(\d{2,4})(?![\d%]|[.,:/]\d|-\p{L}| ?(?:km|mi|miles?|m|ft|feet|hours?|h|minutes?|min|days?|people|passengers|meters|dollars)(?!\p{L}))/gu
/** Rooms, roads and models whose number is said in pairs: "room one oh one", "Boeing seven forty-seven". */
const numbered =
  /(?<![\p{L}\p{N}])([Rr]ooms?|Suite|[Ss]uite|Apartment|Boeing|Porsche|Peugeot|Nokia|Ferrari|Xbox|Route|Highway|Hwy\.?|Interstate|Radeon|GeForce|Ryzen \d|Core Ultra \d) (\d{3,4})(?![\d%]|[.,:/]\d|-\p{Ll}| ?(?:km|miles?|people|guests|dollars|euros|times|square)(?!\p{L}))/gu
const interstate = /(?<![\p{L}\p{N}])I-(\d{2,3})(?![\p{L}\p{N}-])/gu
const resolution = /(?<![\p{L}\p{N}.,])(\d{3,4}) ?x ?(\d{3,4})(?![\p{L}\p{N}.,])(?! ?=)/gu

const sides: Record<string, string> = {
  N: 'North',
  S: 'South',
  E: 'East',
  W: 'West',
  NE: 'Northeast',
  NW: 'Northwest',
  SE: 'Southeast',
  SW: 'Southwest',
}
/** USPS Publication 28, appendix C. */
const streets: Record<string, string> = {
  Ave: 'Avenue',
  St: 'Street',
  Blvd: 'Boulevard',
  Rd: 'Road',
  Dr: 'Drive',
  Ln: 'Lane',
  Ct: 'Court',
  Pl: 'Place',
  Hwy: 'Highway',
  Pkwy: 'Parkway',
  Sq: 'Square',
  Ter: 'Terrace',
  Cir: 'Circle',
}
const side = '(N|S|E|W|NE|NW|SE|SW)'
const streetAddress = new RegExp(
  `(?<![\\p{L}\\p{N}.,$€£#/-])(\\d{1,5})([A-Z])?(?: ${side}\\b\\.?)?((?: (?:\\p{Lu}[\\p{L}'’]{1,20}|\\d{1,3}(?:st|nd|rd|th))){1,3}) (?:(${Object.keys(streets).join('|')})(?!\\p{L})(\\.)?|(${Object.values(streets).join('|')})(?!\\p{L}))(?: ${side}(?![\\p{L}\\p{N}])(\\.)?)?`,
  'gu',
)
const within: Record<string, string> = {Apt: 'Apartment', Rm: 'Room', Ste: 'Suite', Fl: 'Floor', Bldg: 'Building'}
const part = new RegExp(`(?<!\\p{L})(${Object.keys(within).join('|')})\\.? ?#?(?=\\d|[A-Z](?!\\p{L}))`, 'gu')

/** Of a house: 1600 is "sixteen hundred", 221 "two twenty-one", five digits are said one by one. */
const houseNumber = (digits: string, words: SpokenLanguage): string =>
  digits.length === 4 && !/0{3}$/.test(digits) && !digits.startsWith('0')
    ? words.year(Number(digits))
    : nameNumber(digits, words)

const addresses = (text: string, words: SpokenLanguage): string =>
  text.replace(
    streetAddress,
    (
      whole: string,
      house: string,
      letter: string | undefined,
      from: string | undefined,
      name: string,
      short: string | undefined,
      dot: string | undefined,
      long: string | undefined,
      toward: string | undefined,
      lastDot: string | undefined,
      at: number,
      all: string,
    ) => {
      const ends = (lastDot ?? (toward === undefined ? dot : undefined)) !== undefined
      const stop = ends && /^["'”’)\]]*\s*$/.test(all.slice(at + whole.length)) ? '.' : ''
      const said = [
        houseNumber(house, words),
        letter,
        sides[from ?? ''],
        name.trim(),
        streets[short ?? ''] ?? long,
        sides[toward ?? ''],
      ]
      return `${said.filter(one => one !== undefined).join(' ')}${stop}`
    },
  )

const winds: Record<string, string> = {N: 'north', S: 'south', E: 'east', W: 'west'}
/** ISO 6709: degrees, minutes and seconds, or decimal degrees. */
const coordinate =
  /(?<![\p{L}\p{N}.,])([-−]?\d{1,3}(?:\.\d{1,8})?) ?° ?(?:(\d{1,2}(?:\.\d{1,6})?) ?['′’] ?(?:(\d{1,2}(?:\.\d{1,6})?) ?(?:["″”]|'') ?)?)?([NSEW])(?![\p{L}\p{N}])(?:,? (?=\d{1,3}(?:\.\d{1,8})? ?°))?/gu

const coordinates = (text: string, words: SpokenLanguage): string =>
  text.replace(
    coordinate,
    (whole: string, degrees: string, minutes: string | undefined, seconds: string | undefined, wind: string) => {
      const measured = (value: string | undefined, unit: string): string[] =>
        value === undefined
          ? []
          : [`${numberWords(value.replace(/^0(?=\d)/, ''), words)} ${unit}${value === '1' ? '' : 's'}`]
      const said = [...measured(degrees, 'degree'), ...measured(minutes, 'minute'), ...measured(seconds, 'second')]
      return `${said.join(' ')} ${winds[wind]}${whole.endsWith(' ') ? ', ' : ''}`
    },
  )

/** Numbers that are said in pairs, and where things are. */
export const namePasses: Pass[] = [
  {name: 'coordinates', example: `40°42'46"N`, read: coordinates},
  {name: 'street addresses', example: '1600 Pennsylvania Ave. NW', read: addresses},
  {
    name: 'parts of a house',
    example: 'Apt. 4',
    read: text =>
      text
        .replace(part, (_, name: string) => `${within[name]} `)
        .replace(/(?<=\b(?:Apartment|Room|Suite|Floor|Building)) {2,}/g, ' '),
  },
  {
    name: 'flights',
    example: 'Flight UA 1549',
    read: (text, words) =>
      text.replace(flight, (_, word: string, line: string | undefined, digits: string) =>
        [
          word,
          ...(line === undefined ? [] : [letters(line).replace(/\d/, digit => words.cardinal(digit))]),
          nameNumber(digits, words),
        ].join(' '),
      ),
  },
  {
    name: 'rooms, roads and models',
    example: 'room 101',
    read: (text, words) =>
      text
        .replace(numbered, (_, name: string, digits: string) => `${name} ${nameNumber(digits, words)}`)
        .replace(interstate, (_, digits: string) => `I ${nameNumber(digits, words)}`),
  },
  {
    name: 'resolutions',
    example: '1920x1080',
    read: (text, words) =>
      text.replace(
        resolution,
        (_, wide: string, high: string) => `${nameNumber(wide, words)} by ${nameNumber(high, words)}`,
      ),
  },
]
