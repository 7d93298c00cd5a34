import type {Prosody} from '../styles.ts'

/** Attribute values of SSML 1.1 (W3C, 2010) as moves of a voice. Each gives undefined for a value it does not know. */

const rates: Record<string, number> = {
  'x-slow': 0.5,
  slow: 0.75,
  medium: 1,
  fast: 1.25,
  'x-fast': 1.6,
  default: 1,
}
/** Semitones; the recommendation leaves the words to the engine. */
const pitches: Record<string, number> = {'x-low': -6, low: -3, medium: 0, high: 3, 'x-high': 6, default: 0}
const volumes: Record<string, number> = {
  silent: Number.NEGATIVE_INFINITY,
  'x-soft': -12,
  soft: -6,
  medium: 0,
  loud: 4,
  'x-loud': 8,
  default: 0,
}
const emphases: Record<string, Prosody> = {
  strong: {rate: 0.88, semitones: 2, db: 4},
  moderate: {rate: 0.94, semitones: 1, db: 2},
  none: {rate: 1, semitones: 0, db: 0},
  reduced: {rate: 1.06, semitones: -0.5, db: -3},
}
/** ms; the punctuation's own pauses, see `clauses.ts`. */
const strengths: Record<string, number> = {
  none: 0,
  'x-weak': 80,
  weak: 140,
  medium: 240,
  strong: 380,
  'x-strong': 650,
}

const within = (value: number, low: number, high: number): number | undefined =>
  value >= low && value <= high ? value : undefined

const number = String.raw`(\d{1,4}(?:\.\d{1,4})?|\.\d{1,4})`

/** `slow`, `80%`, `+10%`, `1.2`: a factor from 0.25 to 4. */
export const rateOf = (value: string): number | undefined => {
  if (Object.hasOwn(rates, value)) return rates[value]
  const [, sign, digits, percent] = value.match(new RegExp(`^([+-]?)${number}(%?)$`)) ?? []
  if (digits === undefined) return undefined
  const amount = Number(digits) / (percent === '%' ? 100 : 1)
  if (sign !== '' && percent === '') return undefined
  return within(sign === '' ? amount : sign === '+' ? 1 + amount : 1 - amount, 0.25, 4)
}

/** `high`, `+2st`, `-10%`: semitones from −12 to 12. Hz say nothing of a voice whose own pitch is not known. */
export const pitchOf = (value: string): number | undefined => {
  if (Object.hasOwn(pitches, value)) return pitches[value]
  const [, sign, digits, unit] = value.match(new RegExp(`^([+-])${number}(st|%)$`)) ?? []
  if (digits === undefined) return undefined
  const amount = Number(`${sign}${digits}`)
  return within(unit === 'st' ? amount : 12 * Math.log2(1 + amount / 100), -12, 12)
}

/** `soft`, `+6dB`: dB from −60 to 9. */
export const volumeOf = (value: string): number | undefined => {
  if (Object.hasOwn(volumes, value)) return volumes[value]
  const [, sign, digits] = value.match(new RegExp(`^([+-]?)${number}dB$`, 'i')) ?? []
  return digits === undefined ? undefined : within(Number(`${sign}${digits}`), -60, 9)
}

/** `strong`, `reduced` …; without a value, `moderate`. */
export const emphasisOf = (value: string | undefined): Prosody | undefined =>
  Object.hasOwn(emphases, value ?? 'moderate') ? emphases[value ?? 'moderate'] : undefined

/** `500ms`, `1.5s`: ms from 0 to 10,000. */
export const timeOf = (value: string): number | undefined => {
  const [, digits, unit] = value.match(/^\+?(\d{1,5}(?:\.\d{1,3})?|\.\d{1,3})(ms|s)$/) ?? []
  return digits === undefined ? undefined : within(Number(digits) * (unit === 's' ? 1000 : 1), 0, 10_000)
}

export const strengthOf = (value: string | undefined): number | undefined =>
  Object.hasOwn(strengths, value ?? 'medium') ? strengths[value ?? 'medium'] : undefined
