import {calculate} from '@essence/core/tools/built-in/calculator'
import fc from 'fast-check'
import {expect, it} from 'vitest'

it.each([
  ['1 + 2 * 3', '7'],
  ['0.1 + 0.2', '0.3'],
  ['15% * 80', '12'],
  ['sqrt(2)^2', '2'],
  ['5!', '120'],
  ['1e9!', 'Infinity'],
  ['9^9^9^9', 'Infinity'],
  ['round(pi, 2)', '3.14'],
  ['max(1, 5, 3)', '5'],
  ['5 km to mile', '3.1068559611867 mile'],
  ['sqrt(-4)', '2i'],
])('%s is %s', async (expression, value) => {
  expect(await calculate(expression)).toBe(value)
})

it.each([
  'import({a: 1})',
  'createUnit("foo")',
  'evaluate("1+1")',
  'parse("1")',
  'simplify("x")',
  'f(x) = x',
  'a = 5',
  '"text"',
  '[1, 2, 3]',
  '1:1e9',
  'ones(1e5, 1e5)',
  'combinations(1e9, 5e8)',
  'cos.constructor("return process")()',
  'constructor',
  'pi.toString()',
  'random()',
  'sqrt',
  '1 +',
  '',
  '9'.repeat(501),
])('refuses %s', async expression => {
  await expect(calculate(expression)).rejects.toMatchObject({code: 'USAGE'})
})

it('gives a value or USAGE for whatever is written', async () => {
  const part = fc.constantFrom(
    '1',
    '2.5',
    '1e300',
    'pi',
    'x',
    '+',
    '-',
    '*',
    '/',
    '^',
    '!',
    '%',
    '(',
    ')',
    'sqrt',
    'gcd',
    ' ',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(part, {maxLength: 20}), async parts => {
      const value = await calculate(parts.join('')).catch(error => error.code)
      expect(typeof value).toBe('string')
      expect(value === 'USAGE' || value !== '').toBe(true)
    }),
    {numRuns: 300},
  )
})
