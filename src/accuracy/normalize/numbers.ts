import {isNumberWord, numberWords} from './number-words.ts'

const {zeros, ones, endedOnes, tens, endedTens, multipliers, endedMultipliers, signs, currencies, percent, joining} =
  numberWords

/** A number under way: text once it has a point, or its digits were read one by one. */
type Value = bigint | string

const decimal = /^\d+(?:\.\d+)?$/
/** Longer numbers are left as they are written: nobody reads them out, and arithmetic on them takes long. */
const maxDigits = 1000

const isDecimal = (word: string | undefined): boolean => word !== undefined && decimal.test(word)

/** "007" and "7.0" are 7; other decimals stay text. */
const decimalValue = (digits: string): Value => {
  const whole = digits.length > maxDigits ? undefined : /^(\d+)(?:\.0+)?$/.exec(digits)?.[1]
  return whole === undefined ? digits : BigInt(whole)
}

/** The digits so far. A zero before them counts for nothing. */
const digitsOf = (value: Value | undefined): string => (value ? String(value) : '')

/** "twenty" and 3 are 23, "one hundred" and 15 are 115; what cannot be added is written side by side: 19 and 50. */
const appended = (value: Value | undefined, number: bigint, previous = ''): Value => {
  if (value === undefined) return number
  if (typeof value === 'string' && tens.has(previous) && number < 10n) return `${value.slice(0, -1)}${number}`
  if (typeof value === 'string' || ones.has(previous)) return `${value}${number}`
  return value % (number < 10n ? 10n : 100n) === 0n ? value + number : `${value}${number}`
}

/** A multiplier is for what is below a thousand, or for a decimal. Undefined where no whole number comes of it. */
const multiplied = (value: Value | undefined, by: bigint): bigint | undefined => {
  if (value === undefined) return by
  if (typeof value === 'bigint') return value - (value % 1000n) + (value % 1000n) * by
  const [, whole = '', decimals = ''] = /^(?=\.?\d)(\d*)(?:\.(\d*))?$/.exec(value) ?? []
  const digits = whole + decimals
  if (digits === '' || digits.length > maxDigits) return
  const [product, scale] = [BigInt(digits) * by, 10n ** BigInt(decimals.length)]
  return product % scale === 0n ? product / scale : undefined
}

/** Numbers in words become numbers in digits; other words stay. */
const readNumbers = (words: readonly string[]): string[] => {
  const read: string[] = []
  let value: Value | undefined
  let prefix = ''
  const write = (text: string): void => {
    read.push(prefix + text)
    prefix = ''
    value = undefined
  }
  const finish = (): void => {
    if (value !== undefined) write(String(value))
  }
  const finishAndWrite = (word: string): void => {
    finish()
    write(word)
  }

  const readDigits = (word: string, hasPrefix: boolean): void => {
    if (typeof value === 'string' && value.endsWith('.')) {
      value += word
      return
    }
    finish()
    if (hasPrefix) prefix = word.slice(0, 1)
    value = decimalValue(word.slice(hasPrefix ? 1 : 0))
  }

  const readMultiplier = (by: bigint, ending?: string): void => {
    const product = multiplied(value, by)
    if (product === undefined) finish()
    value = product ?? by
    if (ending !== undefined) write(`${value}${ending}`)
  }

  /** @returns whether the next word is done as well */
  const readPercent = (word: string, next: string | undefined): boolean => {
    if (value !== undefined && (word === 'percent' || next === 'cent')) {
      write(`${value}%`)
      return word === 'per'
    }
    finishAndWrite(word)
    return false
  }

  /** @returns whether the next word is done as well */
  const readJoining = (word: string, previous = '', next = ''): boolean => {
    const isDigit = ones.has(next) || zeros.has(next)
    if (!isNumberWord(next) && !isDecimal(next)) finishAndWrite(word)
    else if (word === 'and') {
      if (!multipliers.has(previous)) finishAndWrite(word)
    } else if (word === 'point') {
      if (isDigit || tens.has(next) || isDecimal(next)) value = `${digitsOf(value)}.`
    } else if (isDigit) {
      value = digitsOf(value) + String(ones.get(next) ?? 0).repeat(word === 'double' ? 2 : 3)
      return true
    } else finishAndWrite(word)
    return false
  }

  for (let at = 0; at < words.length; at++) {
    const [previous, word = '', next] = [words[at - 1], words[at], words[at + 1]]
    const hasPrefix = /^[£€$¢]/.test(word)
    const number = ones.get(word) ?? tens.get(word)
    const endedNumber = endedOnes.get(word) ?? endedTens.get(word)
    const by = multipliers.get(word)
    const endedBy = endedMultipliers.get(word)
    if (isDecimal(hasPrefix ? word.slice(1) : word)) readDigits(word, hasPrefix)
    else if (zeros.has(word)) value = `${digitsOf(value)}0`
    else if (number !== undefined) value = appended(value, number, previous)
    else if (endedNumber) write(`${appended(value, endedNumber.value, previous)}${endedNumber.ending}`)
    else if (by !== undefined) readMultiplier(by)
    else if (endedBy) readMultiplier(endedBy.value, endedBy.ending)
    else if (signs.has(word) && (isNumberWord(next) || isDecimal(next))) {
      finish()
      prefix = signs.get(word) ?? ''
    } else if (currencies.has(word) && value !== undefined) {
      prefix = currencies.get(word) ?? ''
      finish()
    } else if (percent.has(word)) at += readPercent(word, next) ? 1 : 0
    else if (joining.has(word)) at += readJoining(word, previous, next) ? 1 : 0
    else finishAndWrite(word)
  }
  finish()
  return read
}

/** "two and a half" is "two point five"; "2nd" stays together, "5km" does not. */
const prepared = (text: string): string => {
  const parts = text.split(/\band\s+a\s+half\b/)
  const half = (part: string): string => {
    const word = part.trim().split(/\s+/).at(-1) ?? ''
    const isNumber = [zeros, ones, tens, multipliers].some(words => words.has(word))
    return isNumber ? 'point five' : 'and a half'
  }
  return parts
    .flatMap((part, index) => (part.trim() === '' ? [] : index === parts.length - 1 ? [part] : [part, half(part)]))
    .join(' ')
    .replace(/([a-z])(?=[0-9])/g, '$1 ')
    .replace(/([0-9])(?=[a-z])/g, '$1 ')
    .replace(/([0-9])\s+(st|nd|rd|th|s)\b/g, '$1$2')
}

/**
 * Writes numbers in one way: "twenty one" and "21" as 21, "two dollars and seven cents" as $2.07, "per cent" as %, "nineteen
 * sixties" as 1960s. One alone is "one". Of a text in lower case.
 */
export const normalizeNumbers = (text: string): string =>
  readNumbers(prepared(text).split(/\s+/).filter(Boolean))
    .join(' ')
    .replace(
      /([€£$])([0-9]+) (?:and )?¢([0-9]{1,2})\b/g,
      (_, sign, whole, cents) => `${sign}${whole}.${cents.padStart(2, '0')}`,
    )
    .replace(/[€£$]0.([0-9]{1,2})\b/g, (_, cents) => `¢${Number(cents)}`)
    .replace(/\b1(s?)\b/g, 'one$1')
