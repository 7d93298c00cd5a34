export const rms = (pcm: Float32Array): number =>
  Math.sqrt(pcm.reduce((sum, sample) => sum + sample ** 2, 0) / pcm.length)

/** Power near a frequency, as amplitude (Goertzel). */
export const amplitudeAt = (pcm: Float32Array, hz: number, rate: number): number => {
  const step = (2 * Math.PI * hz) / rate
  const [re, im] = pcm.reduce(
    ([a, b], sample, i) => [a + sample * Math.cos(step * i), b + sample * Math.sin(step * i)] as [number, number],
    [0, 0] as [number, number],
  )
  return (2 * Math.hypot(re, im)) / pcm.length
}
