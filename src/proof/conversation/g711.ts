/** Formats of a telephone: G.711, 8 kHz, a byte a sample (ITU-T G.711; tables as in the reference of its recommendation G.191). */
export type Law = 'pcmu' | 'pcma'

/** Largest magnitude of 16 bits that µ-law keeps; what it adds so that segments double. */
const [clip, bias] = [32_635, 0x84]

const muLaw = (sample: number): number => {
  const sign = sample < 0 ? 0x80 : 0
  const magnitude = Math.min(clip, Math.abs(sample)) + bias
  const segment = 31 - Math.clz32(magnitude >> 7)
  return ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 15)) & 0xff
}

const fromMuLaw = (byte: number): number => {
  const bits = ~byte & 0xff
  const magnitude = ((((bits & 15) << 3) + bias) << ((bits >> 4) & 7)) - bias
  // Not −0.
  return bits & 0x80 ? 0 - magnitude : magnitude
}

const aLaw = (sample: number): number => {
  const sign = sample < 0 ? 0 : 0x80
  const magnitude = Math.min(32_767, sample < 0 ? ~sample : sample) >> 3
  const segment = Math.max(0, 31 - Math.clz32(magnitude >> 4))
  const step = segment < 1 ? magnitude >> 1 : magnitude >> segment
  return (sign | (segment << 4) | (step & 15)) ^ 0x55
}

const fromALaw = (byte: number): number => {
  const bits = byte ^ 0x55
  const segment = (bits >> 4) & 7
  const step = ((bits & 15) << 4) + (segment === 0 ? 8 : 0x108)
  const magnitude = segment > 1 ? step << (segment - 1) : step
  return bits & 0x80 ? magnitude : -magnitude
}

/** @param pcm −1..1, 8 kHz */
export const encodeG711 = (pcm: Float32Array, law: Law): Buffer => {
  const encode = law === 'pcmu' ? muLaw : aLaw
  return Buffer.from(Uint8Array.from(pcm, sample => encode(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767))))
}

/** @returns −1..1, 8 kHz */
export const decodeG711 = (bytes: Uint8Array, law: Law): Float32Array => {
  const decode = law === 'pcmu' ? fromMuLaw : fromALaw
  return Float32Array.from(bytes, byte => decode(byte) / 32_768)
}
