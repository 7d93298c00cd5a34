import {defined} from '@essence/core/kit/defined'
import {expect, it} from 'vitest'

it('leaves out what is undefined, and nothing else', () => {
  const found: string | undefined = undefined
  const made: {kept: null; zero: number; empty: string; found?: string} = defined({
    kept: null,
    zero: 0,
    empty: '',
    found,
  })
  expect(Object.keys(made)).toEqual(['kept', 'zero', 'empty'])
})
