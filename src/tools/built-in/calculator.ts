import type {MathNode} from 'mathjs'
import * as z from 'zod'
import {EssenceError, messageOf} from '../../kit/errors.ts'
import {loadOnce} from '../../kit/load-once.ts'
import {defineTool} from '../tool.ts'

const load = loadOnce(async () => {
  const {all, create} = await import('mathjs')
  return create(all ?? {}, {number: 'number'})
})

/** Each takes the same short time whatever it is given: nothing here counts up to its argument. */
const functions = new Set(
  'abs acos acosh asin asinh atan atan2 atanh cbrt ceil cos cosh exp factorial fix floor gcd hypot lcm log log10 log2 max mean median min mod nthRoot pow round sign sin sinh sqrt square cube std sum tan tanh to variance'.split(
    ' ',
  ),
)

const constants = new Set(['pi', 'e', 'tau', 'phi', 'i'])

/** Kinds of parts an expression may have: no assignments, functions of its own, lists, texts or access to objects. */
const kinds = new Set(['ConstantNode', 'OperatorNode', 'ParenthesisNode', 'FunctionNode', 'SymbolNode'])

const maxCharacters = 500
const digits = 14

/**
 * The value of an expression, in mathjs's own words; units too (`5 km to mile`). Numbers are floating point, 14 digits are shown.
 * @throws USAGE
 */
export const calculate = async (expression: string): Promise<string> => {
  if (expression.length > maxCharacters)
    throw wrong(`It has ${expression.length} characters; ${maxCharacters} can be calculated.`)
  const math = await load()
  const isUnit = (name: string): boolean => math.Unit.isValuelessUnit(name)
  let parsed: MathNode
  try {
    parsed = math.parse(expression)
  } catch (error) {
    throw wrong(messageOf(error))
  }
  parsed.traverse((node, path) => {
    const refused = refusedPart(node, path, isUnit)
    if (refused) throw wrong(`${refused} cannot be used.`)
  })
  let value: unknown
  try {
    value = parsed.evaluate()
  } catch (error) {
    throw wrong(messageOf(error))
  }
  if (value === undefined || typeof value === 'function') throw wrong('It has no value.')
  return math.format(value, {precision: digits})
}

const refusedPart = (node: MathNode, path: string, isUnit: (name: string) => boolean): string | undefined => {
  if (!kinds.has(node.type)) return `"${node.toString()}"`
  if ('value' in node && typeof node.value !== 'number') return `The text ${node.toString()}`
  if (node.type !== 'SymbolNode' || !('name' in node)) return undefined
  const name = String(node.name)
  if (path === 'fn') return functions.has(name) ? undefined : `The function ${name}`
  return constants.has(name) || isUnit(name) ? undefined : `"${name}"`
}

const wrong = (why: string): EssenceError => new EssenceError('USAGE', `The expression cannot be calculated. ${why}`)

export const calculator = defineTool({
  name: 'calculator',
  description:
    'Calculates: numbers, + - * / ^ %, sqrt, sin, log, round, max and such; converts units, as in "5 km to mile".',
  input: z.strictObject({expression: z.string().min(1).describe('For example: 15% * 80')}),
  effect: 'none',
  run: ({expression}) => calculate(expression),
})
