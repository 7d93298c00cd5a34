/** Hz of what recognisers take. */
export const toneRate = 16_000

/** A tone of half the full scale that swells three times a second, as syllables do: mono, 16 kHz. @param seconds its length */
export const syllables = (seconds: number): Float32Array =>
  Float32Array.from({length: Math.round(seconds * toneRate)}, (_, i) => {
    const at = i / toneRate
    return 0.25 * (1 - Math.cos(2 * Math.PI * 3 * at)) * Math.sin(2 * Math.PI * 300 * at)
  })

/** Silence: mono, 16 kHz. */
export const pause = (seconds: number): Float32Array => new Float32Array(Math.round(seconds * toneRate))
