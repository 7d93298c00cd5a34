import {fft} from '../../audio/dsp/fft.ts'

/** Samples that are worked on at once: 16 ms at 16 kHz. */
export const blockSamples = 256

const size = 2 * blockSamples
const bins = blockSamples + 1

/** How much of the room stays as it is from one block to the next; the rest may be another. */
const persistence = 0.998
/** How much of what was heard before counts for what else is heard. */
const smoothing = 0.6
/** Echo that is thought possible before any was heard, as a share of the power that is played. */
const firstUncertainty = 1
/** Partitions that are constrained in each block, in turn: all of them would be most of the work. */
const constrained = 2

/** Half of a spectrum of real samples. */
interface Spectrum {
  re: Float32Array
  im: Float32Array
}

export interface EchoFilter {
  /**
   * @param played a block of what was played
   * @param heard a block of the microphone
   * @param out the same without the echo
   * @returns by frequency, the power of the echo that is expected to be left in it
   */
  process(played: Float32Array, heard: Float32Array, out: Float32Array): Float64Array
  /** Forgets how the room was: it is another. */
  restart(): void
}

/**
 * Learns how what is played comes back into the microphone: a partitioned-block frequency-domain Kalman filter. How far it steps follows
 * from how sure it is and from what else is heard, so that a second person who speaks does not lead it astray, and nothing has to
 * notice them.
 * Enzner and Vary, "Frequency-domain adaptive Kalman filter for acoustic echo control in hands-free telephones", Signal Processing 86
 * (2006); partitioned as in Kuech, Mabande and Enzner, "State-space architecture of the partitioned-block-based acoustic echo
 * controller", ICASSP 2014.
 * @param partitions blocks of what was played that are still heard
 */
export const echoFilter = (partitions: number): EchoFilter => {
  const transform = fft(size)
  const spectra = (): Spectrum[] =>
    Array.from({length: partitions}, () => ({re: new Float32Array(bins), im: new Float32Array(bins)}))
  /** What was played, the newest block first, and how each comes back. */
  const [blocks, room] = [spectra(), spectra()]
  const uncertainty = Array.from({length: partitions}, () => new Float32Array(bins))
  const [sumRe, sumIm] = [new Float64Array(bins), new Float64Array(bins)]
  const [left, near] = [new Float64Array(bins), new Float64Array(bins)]
  const [re, im] = [new Float64Array(size), new Float64Array(size)]
  const last = new Float64Array(blockSamples)
  let next = 0

  /** The spectrum of two blocks in `re`, `im`. */
  const toSpectrum = (): void => {
    im.fill(0)
    transform.forward(re, im)
  }
  const toSamples = (spectrum: {re: ArrayLike<number>; im: ArrayLike<number>}): void => {
    for (let k = 0; k < size; k++) {
      const from = k < bins ? k : size - k
      re[k] = spectrum.re[from] as number
      im[k] = (k < bins ? 1 : -1) * (spectrum.im[from] as number)
    }
    transform.inverse(re, im)
  }

  const push = (played: Float32Array): void => {
    const oldest = blocks.pop() as Spectrum
    re.set(last)
    re.set(played, blockSamples)
    last.set(played)
    toSpectrum()
    oldest.re.set(re.subarray(0, bins))
    oldest.im.set(im.subarray(0, bins))
    blocks.unshift(oldest)
  }

  /** The echo's spectrum in `sumRe`, `sumIm`, and in `left` what of it is uncertain. */
  const expect = (): void => {
    for (const sum of [sumRe, sumIm, left]) sum.fill(0)
    for (let p = 0; p < partitions; p++) {
      const [x, h, doubt] = [blocks[p] as Spectrum, room[p] as Spectrum, uncertainty[p] as Float32Array]
      for (let k = 0; k < bins; k++) {
        const [xr, xi] = [x.re[k] as number, x.im[k] as number]
        const [hr, hi] = [h.re[k] as number, h.im[k] as number]
        sumRe[k] = (sumRe[k] as number) + xr * hr - xi * hi
        sumIm[k] = (sumIm[k] as number) + xr * hi + xi * hr
        // Half of what is transformed is the block, and so is its power.
        left[k] = (left[k] as number) + 0.5 * (xr * xr + xi * xi) * (doubt[k] as number)
      }
    }
  }

  /** Learns from what is left, whose spectrum is in `re`, `im`. */
  const learn = (): void => {
    for (let k = 0; k < bins; k++) {
      const power = (re[k] as number) ** 2 + (im[k] as number) ** 2
      near[k] = smoothing * (near[k] as number) + (1 - smoothing) * power
    }
    const forgotten = 1 - persistence ** 2
    for (let p = 0; p < partitions; p++) {
      const [x, h, doubt] = [blocks[p] as Spectrum, room[p] as Spectrum, uncertainty[p] as Float32Array]
      for (let k = 0; k < bins; k++) {
        const [xr, xi, er, ei] = [x.re[k] as number, x.im[k] as number, re[k] as number, im[k] as number]
        const before = doubt[k] as number
        const gain = before / ((left[k] as number) + (near[k] as number) + 1e-10)
        const hr = (h.re[k] as number) + gain * (xr * er + xi * ei)
        const hi = (h.im[k] as number) + gain * (xr * ei - xi * er)
        h.re[k] = hr
        h.im[k] = hi
        const after = Math.max(0, 1 - 0.5 * gain * (xr * xr + xi * xi)) * before
        doubt[k] = persistence ** 2 * after + forgotten * (hr * hr + hi * hi)
      }
    }
  }

  /** Takes out of a partition what lies beyond its block, which only a circle would have. */
  const constrain = (partition: Spectrum): void => {
    toSamples(partition)
    re.fill(0, blockSamples)
    toSpectrum()
    partition.re.set(re.subarray(0, bins))
    partition.im.set(im.subarray(0, bins))
  }

  const restart = (): void => {
    for (const doubt of uncertainty) doubt.fill(firstUncertainty / partitions)
    for (const {re, im} of room) for (const part of [re, im]) part.fill(0)
  }

  restart()
  return {
    restart,
    process(played, heard, out) {
      push(played)
      expect()
      toSamples({re: sumRe, im: sumIm})
      for (let i = 0; i < blockSamples; i++) {
        const error = (heard[i] as number) - (re[blockSamples + i] as number)
        re[blockSamples + i] = error
        out[i] = error
      }
      re.fill(0, 0, blockSamples)
      toSpectrum()
      learn()
      for (let n = 0; n < constrained; n++, next = (next + 1) % partitions) constrain(room[next] as Spectrum)
      return left
    },
  }
}
