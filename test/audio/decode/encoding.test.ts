import {checkedEncoding, headBytes} from '@essence/core/audio/decode/encoding'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {noise} from '../sounds.ts'

/** A frame of MP3: MPEG 1, 128 kbit/s, 44.1 kHz, 417 bytes. */
const mp3 = [0xff, 0xfb, 0x90, 0x00, 0, 0, ...new Array<number>(411).fill(0x55)]
/** MPEG 2, 64 kbit/s, 22.05 kHz, 208 bytes. */
const mp3Low = [0xff, 0xf3, 0x80, 0x00, 0, 0, ...new Array<number>(202).fill(0x55)]
/** A frame of AAC, of 100 bytes. */
const aac = [0xff, 0xf1, 0x50, 0x80, 100 >> 3, (100 & 7) << 5, ...new Array<number>(94).fill(0x55)]

describe('frames without a container', () => {
  it.each([
    ['MP3', mp3, 'mp3'],
    ['MP3 of a low rate', mp3Low, 'mp3'],
    ['AAC', aac, 'm4a'],
  ])('%s is found out by two of them', (_, frame, encoding) => {
    const two = Uint8Array.from([...frame, ...frame])
    expect(headBytes(two.subarray(0, 12))).toBe(frame.length + 6)
    expect(checkedEncoding('', two)).toBe(encoding)
    expect(checkedEncoding('', two.subarray(0, frame.length + 6))).toBe(encoding)
    expect(() => checkedEncoding('pcm', two)).toThrow(`the bytes are ${encoding.toUpperCase()}`)
  })

  it.each([
    ['one alone', mp3],
    ['one and then something else', [...mp3, ...new Array<number>(500).fill(7)]],
    ['one and a frame of another kind', [...mp3, ...aac]],
  ])('%s is believed to be MP3 if it is said, and is raw PCM else', (_, bytes) => {
    const head = Uint8Array.from(bytes)
    expect(checkedEncoding('mp3', head)).toBe('mp3')
    expect(checkedEncoding('', head)).toBe('pcm')
    expect(checkedEncoding('pcm', head)).toBe('pcm')
  })

  it('are not seen in raw PCM, however it begins', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 2 ** 31 - 1}), fc.integer({min: 0, max: 255}), (seed, second) => {
        const samples = noise(2000, 30_000, seed)
        const pcm = new Uint8Array(Int16Array.from(samples).buffer)
        pcm[0] = 0xff
        pcm[1] = second
        expect(checkedEncoding('', pcm)).toBe('pcm')
      }),
      {seed: 4, numRuns: 500},
    )
  })
})
