// Sounds the audio tests are made of, and what is measured of them.
import type {PcmChunk} from '@essence/core/audio/pcm'

/** A sine of amplitude 0.5: mono samples, −1..1. */
export const sine = (hz: number, seconds: number, sampleRate = 16_000): Float32Array =>
  Float32Array.from(
    {length: Math.round(seconds * sampleRate)},
    (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / sampleRate),
  )

/** White noise that is the same in every run. */
export const noise = (samples: number, amplitude: number, seed = 1): Float32Array => {
  let state = seed
  return Float32Array.from({length: samples}, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return amplitude * (state / 2 ** 31 - 1)
  })
}

/** The pitch of a tone in Hz, by its zero crossings. */
export const pitchOf = (audio: Float32Array, sampleRate = 16_000): number => {
  let crossings = 0
  for (let i = 1; i < audio.length; i++) if ((audio[i - 1] as number) < 0 !== (audio[i] as number) < 0) crossings++
  return (crossings * sampleRate) / (2 * audio.length)
}

/** Sound as chunks, as a synthesiser gives it. */
export const chunked = async function* (pcm: Float32Array, sampleRate: number, size = 4800): AsyncGenerator<PcmChunk> {
  for (let at = 0; at < pcm.length; at += size) yield {pcm: pcm.subarray(at, at + size), sampleRate}
}

/** A WAV file with any header: what a writer that lies or errs would write. */
export const wavOf = (
  data: Uint8Array,
  header: {tag?: number; channels?: number; rate?: number; bits?: number; dataBytes?: number; riffBytes?: number} = {},
): Uint8Array => {
  const {tag = 1, channels = 1, rate = 16_000, bits = 16, dataBytes = data.length, riffBytes = dataBytes + 36} = header
  const file = Buffer.alloc(44 + data.length)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(riffBytes >>> 0, 4)
  file.write('WAVEfmt ', 8, 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(tag, 20)
  file.writeUInt16LE(channels, 22)
  file.writeUInt32LE(rate >>> 0, 24)
  file.writeUInt32LE(((rate * channels * bits) / 8) >>> 0, 28)
  file.writeUInt16LE(((channels * bits) / 8) & 0xffff, 32)
  file.writeUInt16LE(bits, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(dataBytes >>> 0, 40)
  file.set(data, 44)
  return new Uint8Array(file)
}

/** Whether two stretches of sound are the same, bit for bit; much faster than an assertion on each sample. */
export const sameSamples = (a: Float32Array, b: Float32Array | undefined): boolean =>
  b !== undefined &&
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(new Uint8Array(b.buffer, b.byteOffset, b.byteLength))
