import {readNumber} from './spoken-numbers.ts'

export type Operator = '+' | '-' | '*' | '/'

const operators: [phrase: string, operator: Operator][] = [
  ['plus', '+'],
  ['and', '+'],
  ['minus', '-'],
  ['take away', '-'],
  ['less', '-'],
  ['multiplied by', '*'],
  ['times', '*'],
  ['x', '*'],
  ['divided by', '/'],
  ['over', '/'],
  ['+', '+'],
  ['-', '-'],
  ['−', '-'],
  ['*', '*'],
  ['×', '*'],
  ['/', '/'],
  ['÷', '/'],
]

const spoken: Record<Operator, string> = {'+': 'plus', '-': 'minus', '*': 'times', '/': 'divided by'}

interface Sum {
  numbers: number[]
  operators: Operator[]
}

export interface Calculation {
  /** The sum as it was understood, in words and digits: `2 plus 3`. */
  question: string
  /** Not finite when something is divided by nought. */
  result: number
}

/** Calculates `two plus three`, `12 * 4 - 1` …; undefined when the words are not a sum from end to end. */
export const calculate = (text: string): Calculation | undefined => {
  const sum = readSum(
    text
      .replaceAll(/(?<=\d)\s*([-+*/×÷−])\s*(?=\d)/g, ' $1 ')
      .split(/\s+/)
      .filter(Boolean),
  )
  if (!sum || sum.operators.length === 0) return undefined
  const question = sum.numbers.flatMap((number, index) => {
    const operator = sum.operators[index - 1]
    return operator ? [spoken[operator], formatNumber(number)] : [formatNumber(number)]
  })
  return {question: question.join(' '), result: evaluate(sum)}
}

/** No exponent, which no voice reads well, and no thousands mark. */
const plainDigits = new Intl.NumberFormat('en-US', {maximumSignificantDigits: 15, useGrouping: false})

/** To be read aloud: `minus 2.5`; at most 15 significant digits, without the noise of binary fractions. */
export const formatNumber = (value: number): string =>
  `${value < 0 ? 'minus ' : ''}${plainDigits.format(Math.abs(value))}`

const readSum = (words: readonly string[]): Sum | undefined => {
  const sum: Sum = {numbers: [], operators: []}
  let rest = words
  while (true) {
    const negative = rest[0] === 'minus' || rest[0] === '-'
    const number = readNumber(negative ? rest.slice(1) : rest)
    if (!number) return undefined
    sum.numbers.push(negative ? -number.value : number.value)
    rest = rest.slice(number.length + (negative ? 1 : 0))
    if (rest.length === 0) return sum
    const found = operators.find(([phrase]) => rest.slice(0, phrase.split(' ').length).join(' ') === phrase)
    if (!found) return undefined
    const [phrase, operator] = found
    sum.operators.push(operator)
    rest = rest.slice(phrase.split(' ').length)
  }
}

/** Multiplication and division before addition and subtraction, each from left to right. */
const evaluate = ({numbers: [first = 0, ...others], operators: between}: Sum): number => {
  const terms = [first]
  for (const [index, number] of others.entries()) {
    const last = terms.length - 1
    const operator = between[index]
    if (operator === '*') terms[last] = (terms[last] ?? 0) * number
    else if (operator === '/') terms[last] = (terms[last] ?? 0) / number
    else terms.push(operator === '-' ? -number : number)
  }
  return terms.reduce((total, term) => total + term, 0)
}
