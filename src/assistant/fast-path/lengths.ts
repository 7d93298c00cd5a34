import type {FastWords} from './words.ts'

/** Seconds of `ten minutes`, `1 hour and 30 minutes`, `half an hour`; undefined where the words are no length from end to end. */
export const secondsOf = (text: string, words: FastWords): number | undefined => {
  const {half} = words
  if (half.hour.test(text)) return 1800
  const andHalf = half.andHalf.exec(text)
  if (andHalf) {
    const whole = andHalf.slice(1).find(part => part !== undefined) ?? ''
    const hours = secondsOf(whole, words) ?? scaled(numberOf(whole, words), 3600)
    return hours === undefined ? undefined : hours + 1800
  }
  let seconds = 0
  let amount: string[] = []
  for (const word of text.split(' ')) {
    const unit = words.units.find(([pattern]) => pattern.test(word))
    if (unit) {
      const number = numberOf(amount.join(' '), words)
      if (number === undefined) return undefined
      seconds += number * unit[1]
      amount = []
    } else if (amount.length > 0 || !words.and.test(word)) amount.push(word)
  }
  return amount.length === 0 && seconds > 0 ? seconds : undefined
}

/** A number in digits or words: `10`, `2.5`, `1,000` (of another language `2,5`, `1.000`), `twenty-five`. */
export const numberOf = (
  text: string,
  {numbers, locale}: Pick<FastWords, 'numbers' | 'locale'>,
): number | undefined => {
  const [thousands, decimal] = locale.startsWith('en') ? [',', '.'] : ['.', ',']
  const digits = text.replaceAll(new RegExp(`(?<=\\d)[${thousands}](?=\\d{3}(?!\\d))`, 'g'), '').replace(decimal, '.')
  return /^\d+(?:\.\d+)?$/.test(digits) ? Number(digits) : numbers.get(text)
}

const scaled = (number: number | undefined, by: number): number | undefined =>
  number === undefined ? undefined : number * by
