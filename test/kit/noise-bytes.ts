/** Bytes no compressor and no repetition explains: mulberry32. */
export const noiseBytes = (length: number, seed = 1): Buffer => {
  const bytes = Buffer.alloc(length)
  let state = seed >>> 0
  for (let at = 0; at < length; at++) {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    bytes[at] = (mixed ^ (mixed >>> 14)) & 255
  }
  return bytes
}
