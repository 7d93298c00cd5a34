import {endianness} from 'node:os'
import {type Cooperative, inChunks} from '../kit/flow/cooperative.ts'

/** A stretch of sound: mono samples, −1..1, at `sampleRate` Hz. */
export interface PcmChunk {
  pcm: Float32Array
  sampleRate: number
}

/** A sample beyond −1..1 brought back; what is not a number is silence. */
const limited = (sample: number): number => (sample > 1 ? 1 : sample < -1 ? -1 : 0)

/** Forces samples into −1..1 where they stand; what is not a number becomes silence. Returns the same array. */
export const clampSamples = (pcm: Float32Array): Float32Array => {
  for (let i = 0; i < pcm.length; i++) {
    const sample = pcm[i] as number
    if (!(sample >= -1 && sample <= 1)) pcm[i] = limited(sample)
  }
  return pcm
}

/** Samples looked at between two yields: about 1 ms. */
const chunkSamples = 1_000_000

/** Samples forced into −1..1 in a copy, or the array itself where they are so already. */
export function* clampedSamples(pcm: Float32Array): Cooperative<Float32Array> {
  let clean = pcm
  yield* inChunks(pcm.length, chunkSamples, (from, to) => {
    for (let i = from; i < to; i++) {
      const sample = pcm[i] as number
      if (sample >= -1 && sample <= 1) continue
      if (clean === pcm) clean = pcm.slice()
      clean[i] = limited(sample)
    }
  })
  return clean
}

const littleEndian = endianness() === 'LE'

/**
 * Samples as 16-bit little-endian PCM, ±32767 at the most: those beyond −1..1 are clipped, what is not a number is silence. A
 * DataView and Math.round take six times as long, which shows in each call of a service.
 */
export const toPcm16 = (pcm: Float32Array): Buffer => {
  const steps = new Int16Array(pcm.length)
  for (let i = 0; i < pcm.length; i++) {
    steps[i] = Math.max(-32_767, Math.min(32_767, Math.floor((pcm[i] as number) * 32_767 + 0.5)))
  }
  const bytes = Buffer.from(steps.buffer)
  return littleEndian ? bytes : bytes.swap16()
}

/**
 * 16-bit little-endian PCM as samples −1..1; half a sample at the end is left out.
 * @param fullScale what counts as 1: 32768, as decoders have it, or 32767 for what `toPcm16` wrote
 */
export const fromPcm16 = (bytes: Uint8Array, fullScale = 32_768): Float32Array => {
  const length = bytes.byteLength >> 1
  const aligned = littleEndian && bytes.byteOffset % 2 === 0
  const even = aligned ? bytes : Buffer.from(bytes.subarray(0, length * 2))
  if (!littleEndian) (even as Buffer).swap16()
  const steps = new Int16Array(even.buffer, even.byteOffset, length)
  const pcm = new Float32Array(length)
  for (let i = 0; i < length; i++) pcm[i] = Math.max(-1, (steps[i] as number) / fullScale)
  return pcm
}

/** The parts, one after the other, in a new array. */
export const concatSamples = (parts: readonly Float32Array[]): Float32Array => {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Collects pieces of any size and hands them on in pieces of `size` samples; the last one may be shorter. */
export class Framer {
  #pending: Float32Array[] = []
  #length = 0
  readonly #size: number

  constructor(size: number) {
    this.#size = size
  }

  *push(pcm: Float32Array): Generator<Float32Array> {
    this.#pending.push(pcm)
    this.#length += pcm.length
    if (this.#length < this.#size) return
    const whole = this.#pending.length === 1 ? pcm : concatSamples(this.#pending)
    let at = 0
    for (; at + this.#size <= whole.length; at += this.#size) yield whole.subarray(at, at + this.#size)
    this.#pending = at < whole.length ? [whole.subarray(at)] : []
    this.#length = whole.length - at
  }

  *flush(): Generator<Float32Array> {
    if (this.#length > 0) yield concatSamples(this.#pending)
    this.#pending = []
    this.#length = 0
  }
}
