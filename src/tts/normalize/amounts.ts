import {dottedUnits} from '../../text/abbreviations.ts'
import {type Counted, digitByDigit, type SpokenLanguage} from './language.ts'

export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** A number as the language writes it, for use in a pattern: with separators, or plain, with decimals or not. */
export const numberPattern = ({separators}: SpokenLanguage): string => {
  const [group, decimal] = [escaped(separators.group), escaped(separators.decimal)]
  return `(?:\\d{1,3}(?:${group}\\d{3}){1,11}|\\d{1,40})(?:${decimal}\\d{1,20})?`
}

/** A written number (`1,234.5`, `-3`) in words. */
export const numberWords = (written: string, words: SpokenLanguage): string => {
  const {group, decimal} = words.separators
  const sign = /^[-−+]/.exec(written)?.[0]
  const [whole = '', part] = written
    .replace(/^[-−+]/, '')
    .replaceAll(group, '')
    .split(decimal)
  const said = /^0\d/.test(whole) && part === undefined ? digitByDigit(whole, words) : words.cardinal(whole)
  return [
    ...(sign === undefined ? [] : [sign === '+' ? words.plus : words.minus]),
    said,
    ...(part === undefined ? [] : [words.point, words.decimals(part)]),
  ].join(' ')
}

const isOne = (written: string): boolean => /^0*1$/.test(written)
export const counted = (written: string, [one, more]: Counted): string => (isOne(written) ? one : more)

/** "ein Euro", "un dollar": a number before what it counts. */
export const countWords = (written: string, words: SpokenLanguage): string =>
  numberWords(written, words)
    .replace(/eins$/, 'ein')
    .replace(/veintiuno$/, 'veintiún')
    .replace(/uno$/, 'un')

/** "5 km", "-3 °C", "10–20 kg", "60 km/h", "5 %". */
export const unitsToWords = (text: string, words: SpokenLanguage): string => {
  const units = Object.keys(words.units).sort((a, b) => b.length - a.length)
  const number = numberPattern(words)
  const rates = Object.keys(words.rates ?? {}).join('|')
  const slash = rates === '' ? '\\/' : `\\/(?!(?:${rates})(?![\\p{L}\\p{N}/²³]))`
  // "5 lb. of flour": the dot is the unit's own where the sentence goes on.
  const dotted = [...dottedUnits.always, ...dottedUnits.afterDigit].join('|')
  const ownDot = words.attributive ? `((?<=${dotted})\\.(?=\\s\\p{Ll}|[,;)]))?` : '()'
  const pattern = new RegExp(
    `(?<![\\p{L}\\d.,-])([-−]?${number})(?:\\s?[-–—]\\s?(${number}))?[ -]?(${units.map(escaped).join('|')})(?![\\p{L}\\p{N}²³'’]|${slash}|-\\p{L})${ownDot}`,
    'gu',
  )
  const percent = new RegExp(`(?<![\\p{L}\\d.,-])([-−+]?${number})(?:\\s?[-–—]\\s?(${number}))?\\s?%`, 'gu')
  const range = (from: string, to: string | undefined): string =>
    to === undefined ? countWords(from, words) : `${numberWords(from, words)} ${words.to} ${numberWords(to, words)}`
  return text
    .replace(percent, (_, from, to) => `${range(from, to)} ${words.percent}`.replace(/\bein (?=Prozent)/, 'ein '))
    .replace(
      pattern,
      (
        whole: string,
        from: string,
        to: string | undefined,
        unit: string,
        dot: string | undefined,
        at: number,
        all: string,
      ) => {
        // "4K" is no temperature, and "in" is a word.
        if ((unit === 'in' && !dot) || (unit === 'K' && !whole.endsWith(' K'))) return whole
        const names = words.units[unit]
        if (!names) return whole
        const single =
          words.attributive !== undefined &&
          (whole.endsWith(`-${unit}${dot ?? ''}`) ||
            words.attributive(all.slice(Math.max(0, at - 12), at), all.slice(at + whole.length)))
        const name = single || to === undefined ? counted(single ? '1' : from.replace(/^[-−]/, ''), names) : names[1]
        return `${range(from, to)} ${name}`
      },
    )
}

/** "dollars/hr", "milligrams/day": what is worded before the slash, and said per what is after it. */
export const ratesToWords = (text: string, words: SpokenLanguage): string => {
  const {rates} = words
  if (!rates) return text
  const measured = new Set(
    [...Object.values(words.units), ...Object.values(words.money).map(({whole}) => whole)].flatMap(names =>
      names.map(name => name.split(' ').at(-1)),
    ),
  )
  const pattern = new RegExp(`(?<!\\p{L})(\\p{L}{2,20})\\/(${Object.keys(rates).join('|')})(?![\\p{L}\\p{N}/])`, 'gu')
  return text.replace(pattern, (whole: string, what: string, rate: string) =>
    measured.has(what) || /^cents?$|^\p{Ll}{3,}s$|illion$/u.test(what) ? `${what} per ${rates[rate]}` : whole,
  )
}

const vulgar: Record<string, string> = {
  '½': '1/2',
  '⅓': '1/3',
  '⅔': '2/3',
  '¼': '1/4',
  '¾': '3/4',
  '⅛': '1/8',
  '⅜': '3/8',
  '⅝': '5/8',
  '⅞': '7/8',
}

/** `1½` → 1 1/2. */
export const vulgarFractions = (text: string): string =>
  text.replace(
    /(\d?)([½⅓⅔¼¾⅛⅜⅝⅞])/g,
    (_, whole: string, sign: string) => `${whole}${whole === '' ? '' : ' '}${vulgar[sign]}`,
  )

/** Of a rating: "4.5/5", "rated 4/5", "8/10". */
const marks =
  /(?<![\d.,/-])(\d{1,2}(?:\.\d{1,2})?)\/(4|5|6|7|10|20|100)(\.0)?(?![\d/]|\.\d|-\p{L})(?! ?(?:of\b|an?\b|inch|miles?\b|cups?\b|["″]))/gu
const rated =
  /\b(?:rated|rating|ratings|rate|rates|scored?|scores|gave|give|gives|gets?|got|solid|averaged?)\b[^.!?]{0,30}$/i

const marksToWords = (text: string, words: SpokenLanguage): string =>
  text.replace(marks, (whole, mark: string, of: string, _, at: number, all: string) => {
    const sure =
      mark.includes('.') ||
      (of === '10' && mark !== '1') ||
      (/^(?:5|10|100)$/.test(of) && rated.test(all.slice(Math.max(0, at - 40), at))) ||
      /^ stars?\b/.test(all.slice(at + whole.length, at + whole.length + 7))
    return sure && Number(mark) <= Number(of) && !/\d $/.test(all.slice(Math.max(0, at - 2), at))
      ? `${numberWords(mark, words)} out of ${words.cardinal(of)}`
      : whole
  })

/** English: "1/2", "3/4", "2 1/2", "½", "4.5/5". */
export const fractionsToWords = (text: string, words: SpokenLanguage): string =>
  marksToWords(vulgarFractions(text), words).replace(
    /(?<![\d./-])(?:(\d{1,4}) )?(\d{1,3})\/(\d{1,3})(?![\d/]|\.\d)/g,
    (whole, before, over: string, under: string) => {
      const [upper, lower] = [words.cardinal(over), words.cardinal(under)]
      // Names rather than fractions.
      if (/^(?:24\/7|9\/11)$/.test(whole) || over === under) return `${upper} ${lower}`
      if (Number(under) < 2 || Number(over) === 0 || Number(over) > Number(under)) {
        return `${before === undefined ? '' : `${words.cardinal(before)} `}${upper} over ${lower}`
      }
      return `${before === undefined ? '' : `${words.cardinal(before)} and `}${fraction(over, under, words, before !== undefined)}`
    },
  )

/** `3`, `4` → three quarters. */
export const fraction = (over: string, under: string, words: SpokenLanguage, mixed = false): string => {
  const one = Number(over) === 1
  const parts = Number(under) === 2 ? (one ? 'half' : 'halves') : Number(under) === 4 ? 'quarter' : words.ordinal(under)
  const name = one || Number(under) === 2 ? parts : `${parts}s`
  return `${one ? (mixed || Number(under) === 2 ? (mixed ? 'a' : 'one') : 'one') : words.cardinal(over)} ${name}`
}

/** After these two numbers are a score. */
const scoring =
  /(?:win|wins|won|beat|beats|lead|leads|led|lost|lose|loses|score|drew|game|result|gewann|gewinnt|gewonnen|verlor|siegte|führt|gagne|gagné|perdu|ganó|perdió|ganan?)(?:\s[\p{L}.]+){0,2}\s$/iu

/** "2 000" and "1 234 567", as many write thousands, with the language's own separator. */
export const blankThousands = (text: string, {separators}: SpokenLanguage): string =>
  text.replace(/(?<![\d.,:/-]|\d\s)[1-9]\d{0,2}(?:\s\d{3}){1,4}(?!\d|\s?[-/:]?\d|\s\d)/g, digits =>
    digits.replace(/\s/g, separators.group),
  )

const oneNoun = /(?<![\d.,:/-]|[\p{L}\d]\s?[-–]\s?)1(?=\s(\p{L}\p{Ll}+))/gu

/** What digits are left: ordinals, ranges, signs between numbers, numbers. */
export const numbersToWords = (text: string, words: SpokenLanguage): string => {
  const number = numberPattern(words)
  const range = new RegExp(`(?<![\\p{L}\\d.,-])(${number})\\s?[–—-]\\s?(${number})(?![\\d-]|[.,]\\d)`, 'gu')
  // "fell to -5": after a word a blank parts the sign from it; after a number, "7 -3", it would be a range.
  const signed = /(?<![\p{L}\p{N})]|[\p{N})]\s)[-−](?=\d)/gu
  const plain = new RegExp(number, 'g')
  const ordinals = words.ordinalMark
    ? text.replace(words.ordinalMark, (_, digits: string) =>
        words.ordinal(digits.replaceAll(words.separators.group, '')),
      )
    : text
  return ordinals
    .replace(oneNoun, (one: string, noun: string) => words.oneBefore?.(noun) ?? one)
    .replace(/(?<=\d)\s?−\s?(?=\d)/g, ` ${words.minus} `)
    .replace(range, (whole: string, from: string, to: string, at: number, all: string) => {
      const between = isDifference(
        whole,
        from,
        to,
        all.slice(Math.max(0, at - 60), at),
        all.slice(at + whole.length),
        words,
      )
        ? words.minus
        : words.to
      return `${numberWords(from, words)} ${between} ${numberWords(to, words)}`
    })
    .replace(/(?<=\d)\s?[×*]\s?(?=\d)/g, ` ${words.times} `)
    .replace(/(?<=\d)\s?=\s?(?=[\d-])/g, ` ${words.equals} `)
    .replace(/(?<=\d)\s?\+\s?(?=\d)/g, ` ${words.plus} `)
    .replace(/(?<=\d) - (?=\d)/g, ` ${words.minus} `)
    .replace(signed, `${words.minus} `)
    .replace(/~\s?(?=\d)/g, `${words.about} `)
    .replace(/#(?=\d)/g, `${words.number} `)
    .replace(/\+(?=\d)/g, `${words.plus} `)
    .replace(plain, (whole: string, at: number, all: string) => {
      const before = /[\p{L}\p{N}]/u.test(all[at - 1] ?? '') ? ' ' : ''
      const after = /[\p{L}\p{N}]/u.test(all[at + whole.length] ?? '') ? ' ' : ''
      return `${before}${numberWords(whole, words)}${after}`
    })
}

/** "3 - 2" is a difference where blanks stand around a plain hyphen, the second is less, and neither a score nor a thing counted is near. */
const isDifference = (
  whole: string,
  from: string,
  to: string,
  before: string,
  after: string,
  {separators}: SpokenLanguage,
): boolean => {
  const value = (written: string): number =>
    Number(written.replaceAll(separators.group, '').replace(separators.decimal, '.'))
  if (!/\d\s-\s\d/.test(whole)) return false
  return /^\s?=/.test(after) || (value(to) < value(from) && !/^\s?\p{L}/u.test(after) && !scoring.test(before))
}
