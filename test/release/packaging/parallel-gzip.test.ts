// Compression on several threads: an ordinary gzip file, the same bytes however the input comes.
import {buffer} from 'node:stream/consumers'
import {gunzipSync, gzipSync} from 'node:zlib'
import {parallelGzip} from '@essence/core/release/packaging/pack/parallel-gzip'
import * as fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const compress = async (...chunks: Buffer[]): Promise<Buffer> => {
  async function* input(): AsyncGenerator<Buffer> {
    yield* chunks
  }
  return buffer(parallelGzip(input()))
}

/** Text that repeats itself now and then, of any length. */
const text = (length: number): Buffer =>
  Buffer.from(
    Array.from({length: Math.ceil(length / 12)}, (_, index) => `${(index * 7919) % 9973} June `).join(''),
  ).subarray(0, length)

describe('parallelGzip', () => {
  it.each([0, 1, 512 * 1024 - 1, 512 * 1024, 512 * 1024 + 1, 3_000_000])('gives %i bytes back', async length => {
    const input = text(length)
    expect(gunzipSync(await compress(input)).equals(input)).toBe(true)
  })

  it('gives the same bytes however its input is cut', async () => {
    const input = text(1_500_000)
    const whole = await compress(input)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({min: 0, max: input.length}), {maxLength: 8}), async cuts => {
        const places = [0, ...cuts.sort((a, b) => a - b), input.length]
        const chunks = places.slice(1).map((end, index) => input.subarray(places[index], end))
        expect((await compress(...chunks)).equals(whole)).toBe(true)
      }),
      {numRuns: 12},
    )
  })

  it('compresses as well as one thread does, within a hundredth', async () => {
    const input = text(3_000_000)
    expect((await compress(input)).length).toBeLessThan(gzipSync(input, {level: 4}).length * 1.01)
  })

  it('names no file, no time and no system', async () => {
    expect((await compress(text(10))).subarray(0, 10).toString('hex')).toBe('1f8b08000000000000ff')
  })

  it('fails as its input does', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield text(2_000_000)
      throw new Error('the disk is gone')
    }
    await expect(buffer(parallelGzip(broken()))).rejects.toThrow('the disk is gone')
  })
})
