/** What Smart Turn hears of a turn: its last 8 s, in samples at 16 kHz. */
export const heardSamples = 8 * 16_000

/**
 * The last 8 s with silence in front where there is less, at mean 0 and variance 1, and half a frame mirrored behind: as the extractor
 * of features prepares sound that the model was trained with (transformers, `WhisperFeatureExtractor` with `do_normalize`).
 */
export const normalized = (audio: Float32Array): Float32Array => {
  const samples = new Float32Array(heardSamples + 200)
  const heard = samples.subarray(0, heardSamples)
  heard.set(audio, heardSamples - audio.length)
  let [sum, squares] = [0, 0]
  for (let i = 0; i < heard.length; i++) {
    const sample = heard[i] as number
    sum += sample
    squares += sample * sample
  }
  const mean = sum / heardSamples
  const scale = 1 / Math.sqrt(Math.max(0, squares / heardSamples - mean * mean) + 1e-7)
  for (let i = 0; i < heard.length; i++) heard[i] = ((heard[i] as number) - mean) * scale
  for (let i = 0; i < 200; i++) samples[heardSamples + i] = heard[heardSamples - 2 - i] as number
  return samples
}
