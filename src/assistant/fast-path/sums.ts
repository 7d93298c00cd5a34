import {calculate, type Operator} from '../arithmetic.ts'
import {numberOf} from './lengths.ts'
import type {FastWords} from './words.ts'

const symbols: Record<string, Operator> = {'+': '+', '-': '-', '−': '-', '*': '*', '×': '*', '/': '/', '÷': '/'}
/** Beyond, no voice reads the digits well. */
const maxResult = 1e15

/** What a sum in words and digits comes to, as it is said: `2 plus 3 is 5.` Undefined where the text is no sum from end to end. */
export const sumIn = (text: string, words: FastWords): string | undefined => {
  const parts = partsOf(text, words)
  if (!parts || parts.length < 3) return undefined
  const calculation = calculate(parts.join(' '))
  if (!calculation) return undefined
  const {say, locale} = words
  if (!Number.isFinite(calculation.result)) return say.divideByZero
  if (Math.abs(calculation.result) >= maxResult) return undefined
  const format = new Intl.NumberFormat(locale, {maximumSignificantDigits: 15, useGrouping: false})
  const spoken = (value: number): string => `${value < 0 ? `${say.minus} ` : ''}${format.format(Math.abs(value))}`
  const question = parts.map(part => (typeof part === 'number' ? spoken(part) : say.spoken[part])).join(' ')
  return say.sum(question, spoken(calculation.result))
}

/** Numbers and operators, in turn; undefined where something else stands between them. */
const partsOf = (text: string, words: FastWords): (number | Operator)[] | undefined => {
  const parts: (number | Operator)[] = []
  let rest = text.replaceAll(/(?<=\d)\s*([-+*/×÷−])\s*(?=\d)/g, ' $1 ').split(' ')
  while (rest.length > 0) {
    const found =
      parts.length % 2 === 0 ? longest(rest, part => numberOf(part, words)) : longest(rest, operatorIn(words))
    if (!found) return undefined
    parts.push(found.value)
    rest = rest.slice(found.length)
  }
  return parts.length % 2 === 1 ? parts : undefined
}

const operatorIn =
  ({operators}: FastWords) =>
  (part: string): Operator | undefined =>
    Object.hasOwn(operators, part) ? operators[part] : symbols[part]

/** What the first words, as many as mean something, mean. */
const longest = <T>(rest: readonly string[], meaning: (part: string) => T | undefined) => {
  for (let length = Math.min(4, rest.length); length > 0; length--) {
    const value = meaning(rest.slice(0, length).join(' '))
    if (value !== undefined) return {value, length}
  }
  return undefined
}
