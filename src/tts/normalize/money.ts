import {counted, countWords, escaped, numberPattern, numberWords} from './amounts.ts'
import {type SpokenLanguage, stripZeros} from './language.ts'

const magnitudes =
  'thousand|million|billion|trillion|k|K|M|m|bn|B|b|T|tn|Tausend|Millionen|Million|Mio\\.?|Milliarden?|Mrd\\.?|millions?|milliards?|mil|millones|millón'
const magnitudeWords: Record<string, string> = {
  k: 'thousand',
  K: 'thousand',
  M: 'million',
  m: 'million',
  bn: 'billion',
  B: 'billion',
  b: 'billion',
  T: 'trillion',
  tn: 'trillion',
  Mio: 'Millionen',
  Mrd: 'Milliarden',
}
export const codes: Record<string, string> = {USD: '$', EUR: '€', GBP: '£', JPY: '¥', INR: '₹'}

/** As written: the sign or code, the number, and "million" or the like. */
type Amount = [sign: string | undefined, number: string, size: string | undefined]

/** "$29.99", "5 €", "$1.5 million", "USD 20", "-$5", "$5-10". */
export const moneyToWords = (text: string, words: SpokenLanguage): string => {
  const signs = Object.keys(words.money).map(escaped).join('|')
  const names = Object.keys(codes).join('|')
  const number = numberPattern(words)
  const scale = `(?:\\s?(${magnitudes})(?![\\p{L}\\p{N}]))?`
  const spoken = (minus: string | undefined, sign: string, amount: string, size?: string): string => {
    const money = words.money[codes[sign] ?? sign]
    if (!money) return `${minus ?? ''}${sign}${amount}`
    const negative = minus === undefined || minus === '' ? '' : `${words.minus} `
    const {group, decimal} = words.separators
    if (size !== undefined) {
      const big = magnitudeWords[size.replace(/\.$/, '')] ?? size
      const of = words.cardinal('6') === 'six' && words.point === 'virgule' && /^milli/.test(big) ? 'de ' : ''
      return `${negative}${numberWords(amount, words)} ${big} ${of}${money.whole[1]}`
    }
    const [whole = '', part = ''] = amount.replaceAll(group, '').split(decimal)
    // "$1.005" and the like are no cents.
    if (part !== '' && (part.length !== 2 || !money.part)) {
      return `${negative}${numberWords(amount, words)} ${money.whole[1]}`
    }
    const cents = stripZeros(part === '' ? '0' : part)
    const main = `${countWords(whole, words)} ${counted(whole, money.whole)}`
    if (cents === '0' || !money.part) return `${negative}${main}`
    const small = `${countWords(cents, words)} ${counted(cents, money.part)}`
    if (/^0+$/.test(whole)) return `${negative}${small}`
    return `${negative}${main} ${words.moneyAnd === '' ? '' : `${words.moneyAnd} `}${small}`
  }
  /** Two amounts: of "$5-10" the second says what both are, of "$1-2 million" also how large. */
  const range = (
    whole: string,
    [fromSign, from, fromSize]: Amount,
    [toSign, to, toSize]: Amount,
    minus: string,
    at: number,
    all: string,
  ): string => {
    const value = (amount: string): number =>
      Number(amount.replaceAll(words.separators.group, '').replace(words.separators.decimal, '.'))
    const [first, last] = [fromSign ?? toSign ?? '', toSign ?? fromSign ?? '']
    if (first !== last || minus !== '') return whole
    if ((toSize === undefined && value(from) >= value(to)) || /^\s?=/.test(all.slice(at + whole.length))) {
      // "$10 - $3" is a difference; "$10-3" could be anything.
      return fromSign === undefined || toSign === undefined
        ? whole
        : `${spoken('', first, from, fromSize)} ${words.minus} ${spoken('', last, to, toSize)}`
    }
    const alike = (fromSize === undefined || fromSize === toSize) && ![from, to].some(one => /\D\d{2}$/.test(one))
    return `${alike ? numberWords(from, words) : spoken('', first, from, fromSize)} ${words.to} ${spoken('', last, to, toSize)}`
  }
  const sign = `(?:US)?(${signs}|(?:${names})(?=\\s?\\d))`
  const dash = '\\s?[-–—]\\s?'
  const last = `(?![\\d-]|[.,]\\d)`
  const beforeBoth = new RegExp(
    `(?<![\\p{L}\\d])([-−]?)${sign} ?(${number})${scale}${dash}(?:${sign} ?)?(${number})${last}${scale}`,
    'gu',
  )
  const afterBoth = new RegExp(
    `(?<![\\d.,\\p{L}-])(${number})${scale}(?: ?(${signs}))?${dash}(${number})${scale} ?(${signs}|(?:${names})\\b)`,
    'gu',
  )
  const before = new RegExp(`(?<![\\p{L}\\d])([-−]?)${sign} ?(${number})${scale}`, 'gu')
  const after = new RegExp(`(?<![\\d.,\\p{L}])([-−]?)(${number})${scale} ?(${signs}|(?:${names})\\b)`, 'gu')
  return text
    .replace(beforeBoth, (whole, minus, fromSign, from, fromSize, toSign, to, toSize, at, all) =>
      range(whole, [fromSign, from, fromSize], [toSign, to, toSize], minus, at, all),
    )
    .replace(afterBoth, (whole, from, fromSize, fromSign, to, toSize, toSign, at, all) =>
      range(whole, [fromSign, from, fromSize], [toSign, to, toSize], '', at, all),
    )
    .replace(before, (_, minus, sign, amount, size) => spoken(minus, sign, amount, size))
    .replace(after, (_, minus, amount, size, sign) => spoken(minus, sign, amount, size))
}
