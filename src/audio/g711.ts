/** Speech at 8 kHz, eight bits a sample, as telephones send it (ITU-T G.711). */
export interface Companding {
  decode(bytes: Uint8Array): Float32Array
  encode(pcm: Float32Array): Buffer
}

/** @returns the 16-bit sample of a byte */
const muLawSample = (byte: number): number => {
  const bits = ~byte & 0xff
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits & 0x70) >> 4)) - 0x84
  return bits & 0x80 ? -magnitude : magnitude
}

/** @returns the 16-bit sample of a byte */
const aLawSample = (byte: number): number => {
  const bits = byte ^ 0x55
  const segment = (bits & 0x70) >> 4
  const mantissa = (bits & 0x0f) << 4
  const magnitude = segment === 0 ? mantissa + 8 : (mantissa + 0x108) << (segment - 1)
  return bits & 0x80 ? magnitude : -magnitude
}

const companding = (sampleOf: (byte: number) => number): Companding => {
  const samples = Int16Array.from({length: 256}, (_, byte) => sampleOf(byte))
  const ascending = Array.from(samples.keys()).sort((a, b) => (samples[a] as number) - (samples[b] as number))
  /** For each 16-bit sample, the byte of the one nearest to it. */
  const nearest = new Uint8Array(65_536)
  let at = 0
  for (let sample = -32_768; sample < 32_768; sample++) {
    const distance = (index: number): number => Math.abs((samples[ascending[index] as number] as number) - sample)
    while (at < 255 && distance(at + 1) <= distance(at)) at++
    nearest[sample + 32_768] = ascending[at] as number
  }
  return {
    decode: bytes => Float32Array.from(bytes, byte => (samples[byte] as number) / 32_768),
    encode: pcm =>
      Buffer.from(
        Uint8Array.from(pcm, sample => {
          const step = Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768) || 0))
          return nearest[step + 32_768] as number
        }),
      ),
  }
}

export const muLaw = companding(muLawSample)
export const aLaw = companding(aLawSample)

/** By the names that the Realtime API gives them. */
export const companders = {pcmu: muLaw, pcma: aLaw}
