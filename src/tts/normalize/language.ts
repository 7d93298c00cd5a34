/** One of it, several of it. */
export type Counted = [one: string, more: string]

/** How numbers and signs are said in one language. Amounts come as digits, so that large ones keep every digit. */
export interface SpokenLanguage {
  /** Between thousands and before decimals, as written: `,` and `.` in English. */
  separators: {group: string; decimal: string}
  /** Whole numbers, digits without separators. */
  cardinal(digits: string): string
  ordinal(digits: string): string
  /** A year, 1..9999. */
  year(year: number): string
  /** The decimals after the separator. */
  decimals(digits: string): string
  /** 1..12 → January. */
  month(number: number): string
  /** A day, maybe with its month (1..12) and year. */
  date(date: {day: number; month?: number | undefined; year?: number | undefined}): string
  /** A time of day on 24 hours. */
  time(time: {hours: number; minutes: number; seconds?: number | undefined}): string
  /** Where `03/04/2026` is the third of April. */
  dayFirst: boolean
  point: string
  minus: string
  plus: string
  times: string
  equals: string
  dot: string
  at: string
  and: string
  percent: string
  number: string
  about: string
  slash: string
  dash: string
  /** Between the ends of a range: 3–5. */
  to: string
  money: Record<string, {whole: Counted; part?: Counted}>
  /** Between whole and part of money: "and". Empty where nothing stands. */
  moneyAnd: string
  /** Before the number of a version: "version". */
  version: string
  /** By sign; those not listed stay as written. */
  units: Record<string, Counted>
  /** By what is written after a slash: "day" of "5 mg/day"; said after "per". */
  rates?: Record<string, string>
  /** Whether a unit between these stands before what it measures, in the singular: "a five kilogram bag". */
  attributive?: (before: string, after: string) => boolean
  /** A one before a noun, where its gender shows: "eine Stunde". Undefined where it says nothing. */
  oneBefore?: (noun: string) => string | undefined
  /** Between two numbers with a slash, where the language has no names for fractions here: "sur". */
  over?: string
  /** The mark that makes a number ordinal; the number is the first group. */
  ordinalMark?: RegExp
}

/** The digits one by one. */
export const digitByDigit = (digits: string, language: Pick<SpokenLanguage, 'cardinal'>): string =>
  [...digits].map(digit => language.cardinal(digit)).join(' ')

/** Groups of three from the end: `1234567` → 1, 234, 567. */
export const groupsOfThree = (digits: string): number[] => {
  const groups: number[] = []
  for (let end = digits.length; end > 0; end -= 3) groups.unshift(Number(digits.slice(Math.max(0, end - 3), end)))
  return groups
}

/** Without leading zeros. */
export const stripZeros = (digits: string): string => digits.replace(/^0+(?=\d)/, '')

const months = new Map<string, readonly string[]>()

/** The months as one of our languages writes them, January first. Made once: a format takes milliseconds, and every text asks. */
export const monthNames = (language: string, style: 'long' | 'short'): readonly string[] => {
  const key = `${language} ${style}`
  const known = months.get(key)
  if (known) return known
  const format = new Intl.DateTimeFormat(language, {month: style, timeZone: 'UTC'})
  const names = Array.from({length: 12}, (_, month) => format.format(new Date(Date.UTC(2024, month, 1))))
  months.set(key, names)
  return names
}
