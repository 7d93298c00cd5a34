const small = [
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen',
  'eighteen nineteen',
]
  .join(' ')
  .split(' ')
const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']
const scales = new Map([
  ['thousand', 1e3],
  ['million', 1e6],
  ['billion', 1e9],
  ['trillion', 1e12],
])

const wordValues = new Map<string, number>([
  ...small.map((word, value): [string, number] => [word, value]),
  ...tens.map((word, index): [string, number] => [word, 20 + index * 10]),
  // A recogniser writes what sounds alike; within a sum only the number can be meant.
  ...Object.entries({a: 1, won: 1, to: 2, too: 2, for: 4, fore: 4, ate: 8, nought: 0, oh: 0, fourty: 40}),
])

/** A number at the head of a list of words, and how many words it takes. */
export interface ReadNumber {
  value: number
  length: number
}

/** Reads a number in digits (`12`, `3.5`) or in English words (`two hundred and twelve`, `three point five`). */
export const readNumber = (words: readonly string[]): ReadNumber | undefined => {
  const [first = ''] = words
  if (/^\d+(\.\d+)?$/.test(first)) return {value: Number(first), length: 1}
  const whole = readWhole(words)
  if (!whole || words[whole.length] !== 'point') return whole
  const digits: number[] = []
  for (const word of words.slice(whole.length + 1)) {
    const digit = /^\d$/.test(word) ? Number(word) : wordValues.get(word)
    if (digit === undefined || digit > 9) break
    digits.push(digit)
  }
  if (digits.length === 0) return whole
  return {value: Number(`${whole.value}.${digits.join('')}`), length: whole.length + 1 + digits.length}
}

const readWhole = (words: readonly string[]): ReadNumber | undefined => {
  let total = 0
  let group = 0
  let length = 0
  for (const [index, word] of words.entries()) {
    const value = wordValues.get(word)
    const scale = scales.get(word)
    const connects = word === 'and' && index > 0 && length === index && wordValues.has(words[index + 1] ?? '')
    if (connects && group % 100 === 0 && (group > 0 || total > 0)) {
      length = index + 1
      continue
    }
    if (value !== undefined && fitsInto(group, value)) group += value
    else if (word === 'hundred' && group > 0 && group < 10) group *= 100
    else if (scale !== undefined && group > 0) {
      total += group * scale
      group = 0
    } else break
    length = index + 1
  }
  return length === 0 ? undefined : {value: total + group, length}
}

/** Twenty takes a five after it, five takes no twenty; a hundred takes both. */
const fitsInto = (group: number, value: number): boolean => {
  const room = group % 100
  if (group === 0) return true
  if (room === 0) return true
  return room >= 20 && room % 10 === 0 && value > 0 && value < 10
}
