import {plainFormulas} from '@essence/core/text/formulas'
import fc from 'fast-check'
import {expect, it} from 'vitest'

it.each([
  ['$\\frac{a+b}{2}$', '(a + b) ∕ 2'],
  ['$\\sqrt[3]{x}$ and $\\sqrt{a+b}$', '∛x and √(a + b)'],
  ['$a_{12}^2$', 'a 12²'],
  ['$\\left( x \\right)^n$', '(x)^n'],
  ['$\\text{speed} = 5$', 'speed = 5'],
  // Beyond telling: matrices, macros, what is missing, what is too long.
  ['$\\begin{matrix}a\\end{matrix}$', '$…$'],
  ['$\\frac{1}$', '$…$'],
  ['$x^{$', '$…$'],
  [`$${'x+'.repeat(100)}x$`, '$…$'],
  // No formulas.
  ['$5 and $10', '$5 and $10'],
  ['$HOME/$USER', '$HOME/$USER'],
  ['\\(see below\\)', '\\(see below\\)'],
  ['$$$', '$$$'],
])('%s', (tex, plain) => expect(plainFormulas(tex)).toBe(plain))

it('of any TeX no mark of it is left, and nothing is thrown', () => {
  const bit = fc.constantFrom(
    '\\frac',
    '{',
    '}',
    '^',
    '_',
    '\\sqrt',
    '[',
    ']',
    'x',
    '12',
    '-',
    '+',
    '\\sum',
    '\\sin',
    ' ',
    '\\left',
    '(',
    '\\alpha',
  )
  fc.assert(
    fc.property(fc.array(bit, {minLength: 1, maxLength: 20}), bits => {
      expect(plainFormulas(`$$x=${bits.join('')}$$`)).not.toMatch(/[\\{}_]|\$\$/)
    }),
    {numRuns: 2000},
  )
})
