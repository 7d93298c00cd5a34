import {inPieces, one, startingWith} from '@essence/core/kit/flow/iterate'
import fc from 'fast-check'
import {expect, it} from 'vitest'
import {collected} from '../../collected.ts'

it('cuts without losing, copying or exceeding', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), fc.integer({min: 1, max: 12}), async (bytes, length) => {
      const pieces = await collected(inPieces(bytes, length))
      expect(Buffer.concat(pieces)).toEqual(Buffer.from(bytes))
      expect(pieces.slice(0, -1).every(piece => piece.length === length)).toBe(true)
      expect(pieces.every(piece => piece.buffer === bytes.buffer && piece.length > 0)).toBe(true)
    }),
  )
})

it('gives back what was taken off a source, and tells the source when its reader leaves', async () => {
  let left = 0
  const source = async function* () {
    try {
      yield 1
      yield 2
      yield 3
    } finally {
      left++
    }
  }
  const counting = source()
  expect((await counting.next()).value).toBe(1)
  expect(await collected(startingWith(1, counting))).toEqual([1, 2, 3])
  const abandoned = source()
  await abandoned.next()
  for await (const _ of startingWith(1, abandoned)) break
  expect(left).toBe(2)
  expect(await collected(one('alone'))).toEqual(['alone'])
})
