import {ByteLines} from '@essence/core/kit/flow/byte-lines'
import fc from 'fast-check'
import {expect, it} from 'vitest'

const linesOf = (chunks: readonly Buffer[]): string[] => {
  const got: Buffer[] = []
  const lines = new ByteLines(line => got.push(Buffer.from(line)))
  for (const chunk of chunks) lines.push(chunk)
  lines.end()
  return got.map(line => line.toString('latin1'))
}

it('finds the same lines however the bytes are cut', () => {
  const byte = fc.oneof(fc.constant(10), fc.integer({min: 0, max: 255}))
  fc.assert(
    fc.property(fc.array(fc.array(byte)), pieces => {
      const whole = Buffer.from(pieces.flat()).toString('latin1')
      const expected = whole.split('\n')
      // What follows the last line end is a line only if there is something.
      if (expected.at(-1) === '') expected.pop()
      expect(linesOf(pieces.map(piece => Buffer.from(piece)))).toEqual(expected)
    }),
  )
})

it('hands on in pieces what never ends its line', () => {
  const got: number[] = []
  const lines = new ByteLines(line => got.push(line.length))
  for (let at = 0; at < 10; at++) lines.push(Buffer.alloc(100_000, 'x'))
  expect(Math.max(...got)).toBeLessThan(400_000)
  expect(got.length).toBeGreaterThan(2)
})
