import {type Cooperative, runYielding} from '../../kit/flow/cooperative.ts'
import {loadFfmpeg} from '../ffmpeg.ts'
import {concatSamples} from '../pcm.ts'
import {monoLayout, Resampler} from '../resample.ts'

/** ms of the frames that are laid over one another: two periods of a low voice (80 Hz) at least. */
const frameMs = 40
/** ms a frame may be moved to continue the wave: one period of a low voice in all. */
const searchMs = 7
/** Frames laid between two yields: a second of speech, 2 ms of work. */
const framesPerYield = 50

/**
 * Makes speech shorter or longer without moving its pitch, by WSOLA (Verhelst and Roelands, ICASSP 1993): frames are taken
 * from where the speed says, each moved a little to where it best continues the one before, and cross-faded.
 * @param speed how many times faster, 0.125..8
 */
export const changeTempo = (audio: Float32Array, sampleRate: number, speed: number): Promise<Float32Array> =>
  runYielding(overlapAdd(audio, sampleRate, speed))

function* overlapAdd(given: Float32Array, sampleRate: number, speed: number): Cooperative<Float32Array> {
  const length = Math.round(given.length / speed)
  const hop = Math.round((sampleRate * frameMs) / 2000)
  if (speed === 1 || given.length < 3 * hop) return given.slice()
  // Silence after it: the last frames may lie where the speed says, and the end is not cut off in the middle of a wave.
  const audio = new Float32Array(given.length + 4 * hop)
  audio.set(given)
  const search = Math.round((sampleRate * searchMs) / 1000)
  const window = Float32Array.from({length: 2 * hop}, (_, i) => 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / hop))
  const out = new Float32Array(length + 2 * hop)
  const limit = audio.length - 2 * hop
  let position = 0
  for (let at = 0; at < length; at += hop) {
    if (at > 0) {
      const wanted = Math.round(at * speed)
      position = bestContinuation(audio, position + hop, wanted, {search, hop, limit})
    }
    for (let i = 0; i < 2 * hop; i++) {
      // The first half frame has nothing to fade in over.
      const weight = at === 0 && i < hop ? 1 : (window[i] as number)
      out[at + i] = (out[at + i] as number) + weight * (audio[position + i] ?? 0)
    }
    if ((at / hop) % framesPerYield === framesPerYield - 1) yield
  }
  return out.subarray(0, length)
}

interface Search {
  search: number
  hop: number
  /** The last place a whole frame can start at. */
  limit: number
}

/** Where near `wanted` the sound is most like what follows at `natural`: coarsely first, then sample by sample. */
const bestContinuation = (
  audio: Float32Array,
  natural: number,
  wanted: number,
  {search, hop, limit}: Search,
): number => {
  const low = Math.max(0, Math.min(limit, wanted - search))
  const high = Math.max(0, Math.min(limit, wanted + search))
  const stride = 4
  const best = (from: number, to: number, step: number, every: number): number => {
    let [found, likest] = [from, Number.NEGATIVE_INFINITY]
    for (let start = from; start <= to; start += step) {
      const likeness = likenessOf(audio, natural, start, hop, every)
      if (likeness > likest) [found, likest] = [start, likeness]
    }
    return found
  }
  const near = best(low, high, stride, 4)
  return best(Math.max(low, near - stride), Math.min(high, near + stride), 1, 2)
}

/** Normalised cross-correlation of two stretches, looking at every n-th sample. */
const likenessOf = (audio: Float32Array, a: number, b: number, length: number, every: number): number => {
  let [product, energy] = [0, 1e-9]
  for (let i = 0; i < length; i += every) {
    const other = audio[b + i] ?? 0
    product += (audio[a + i] ?? 0) * other
    energy += other * other
  }
  return product / Math.sqrt(energy)
}

/**
 * Speech at another speed and pitch: stretched, then played faster or slower (libswresample). The timbre moves with the
 * pitch, as on a tape.
 * @param semitones −24..24
 * @throws ENGINE_UNAVAILABLE when a shift is wanted and this machine has no FFmpeg
 */
export const changeSpeech = async (
  audio: Float32Array,
  sampleRate: number,
  {speed, semitones}: {speed: number; semitones: number},
): Promise<Float32Array> => {
  const ratio = 2 ** (semitones / 12)
  const stretched = await changeTempo(audio, sampleRate, speed / ratio)
  if (ratio === 1) return stretched
  const ffmpeg = await loadFfmpeg()
  // Read as if recorded at another rate. In ratios of whole rates: off by 1/44 of a cent at the most.
  const from = {
    sampleRate: Math.round(sampleRate * ratio),
    sampleFormat: ffmpeg.AV_SAMPLE_FMT_FLT,
    layout: monoLayout(ffmpeg),
  }
  using resampler = new Resampler(ffmpeg, from, sampleRate)
  const bytes = Buffer.from(stretched.buffer, stretched.byteOffset, stretched.byteLength)
  const parts = [await resampler.push([bytes], stretched.length), await resampler.flush()]
  return concatSamples(parts)
}
