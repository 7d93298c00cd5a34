import type {PcmChunk} from '@essence/core/tts/port'

/** All samples of some chunks in one array. */
export const joined = (chunks: PcmChunk[]): Float32Array => {
  const all = new Float32Array(chunks.reduce((sum, {pcm}) => sum + pcm.length, 0))
  let at = 0
  for (const {pcm} of chunks) {
    all.set(pcm, at)
    at += pcm.length
  }
  return all
}

/** Median fundamental frequency in Hz of the voiced stretches, by normalised autocorrelation over 50 ms. */
export const medianPitch = (samples: Float32Array, sampleRate: number): number => {
  const span = Math.round(sampleRate / 20)
  const found: number[] = []
  for (let start = 0; start + 2 * span < samples.length; start += span) {
    const pitch = pitchOfFrame(samples.subarray(start, start + 2 * span), sampleRate, span)
    if (pitch !== undefined) found.push(pitch)
  }
  return found.sort((a, b) => a - b)[Math.floor(found.length / 2)] ?? Number.NaN
}

/** The fundamental frequency in Hz around a time in seconds; undefined where nothing is voiced. */
export const pitchAt = (samples: Float32Array, sampleRate: number, seconds: number): number | undefined => {
  const span = Math.round(sampleRate / 50)
  const start = Math.round(seconds * sampleRate) - span
  return pitchOfFrame(samples.subarray(start, start + 2 * span), sampleRate, span)
}

const pitchOfFrame = (frame: Float32Array, sampleRate: number, span: number): number | undefined => {
  const energy = dot(frame, frame, 0, span)
  if (energy / span < 1e-3) return undefined
  let best = {likeness: 0.7, lag: 0}
  for (let lag = Math.floor(sampleRate / 500); lag < Math.min(sampleRate / 40, span + 1); lag++) {
    const shifted = frame.subarray(lag)
    const likeness = dot(frame, frame, lag, span) / Math.sqrt(energy * dot(shifted, shifted, 0, span) + 1e-9)
    // A longer lag must be clearly better, or every second period would do.
    if (likeness > best.likeness + 0.02) best = {likeness, lag}
  }
  return best.lag > 0 ? sampleRate / best.lag : undefined
}

/** Σ a[i] · b[i + lag] over `span` samples. */
const dot = (a: Float32Array, b: Float32Array, lag: number, span: number): number => {
  let sum = 0
  for (let i = 0; i < span; i++) sum += (a[i] ?? 0) * (b[i + lag] ?? 0)
  return sum
}
