/** Digits of the greatest integer that is written: a double has every one of so many. */
const maxDigits = 15
const greatest = 10 ** maxDigits - 1

/** GBNF of the integers from `least` to `most`, both of them included; what has more than 15 digits is not among them. */
export const integerRange = (least: number, most: number): string => {
  const [low, high] = [Math.max(least, -greatest), Math.min(most, greatest)]
  const negative = low < 0 ? naturals(Math.max(1, -high), -low).map(each => `"-" ${each}`) : []
  const choices = [...negative, ...(high >= 0 ? naturals(Math.max(0, low), high) : [])]
  return `(${choices.join(' | ')})`
}

/** For each number of digits, those between. */
const naturals = (low: number, high: number): string[] => {
  const choices: string[] = []
  for (let from = low; from <= high; ) {
    const to = Math.min(high, 10 ** `${from}`.length - 1)
    choices.push(between(`${from}`, `${to}`))
    from = to + 1
  }
  return choices
}

/** Numbers between two of as many digits. */
const between = (low: string, high: string): string => {
  const [a, b] = [Number(low[0]), Number(high[0])]
  const [lower, upper] = [low.slice(1), high.slice(1)]
  if (lower === '') return digits(a, b)
  if (/^0*$/.test(lower) && /^9*$/.test(upper)) return `${digits(a, b)} [0-9]{${lower.length}}`
  if (a === b) return `"${a}" ${between(lower, upper)}`
  const choices = [
    `"${a}" ${between(lower, '9'.repeat(lower.length))}`,
    ...(b - a > 1 ? [`${digits(a + 1, b - 1)} [0-9]{${lower.length}}`] : []),
    `"${b}" ${between('0'.repeat(upper.length), upper)}`,
  ]
  return `(${choices.join(' | ')})`
}

const digits = (from: number, to: number): string => (from === to ? `"${from}"` : `[${from}-${to}]`)
