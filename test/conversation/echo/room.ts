// A loudspeaker, a room and a microphone, made up.
import {noise} from '../../audio/sounds.ts'

export const rms = (audio: Float32Array): number =>
  Math.sqrt(audio.reduce((sum, sample) => sum + sample * sample, 0) / audio.length)

/** How much louder `a` is than `b`, in dB. */
export const decibels = (a: Float32Array, b: Float32Array): number => 20 * Math.log10(rms(a) / rms(b))

/**
 * What a microphone hears of what is played: late, with the room's reverberation of 0.3 s, at a level.
 * @param levelDb beside what is played
 */
export const echoOf = (
  played: Float32Array,
  {delayMs, levelDb, seed = 1}: {delayMs: number; levelDb: number; seed?: number},
): Float32Array => {
  const delay = Math.round(delayMs * 16)
  // Every tenth sample: as dense as an ear can tell, and made in a tenth of the time.
  const tail = noise(400, 0.8, seed).map((sample, i) => sample * Math.exp((-6.9 * i * 10) / (0.3 * 16_000)))
  tail[0] = 1
  const heard = new Float32Array(played.length)
  for (const [i, gain] of tail.entries())
    for (let n = delay + i * 10; n < heard.length; n++)
      heard[n] = (heard[n] as number) + gain * (played[n - delay - i * 10] as number)
  const factor = (10 ** (levelDb / 20) * rms(played)) / rms(heard)
  return heard.map(sample => sample * factor)
}

/** Sound that comes and goes as speech does, and has its spectrum, the same in every run. */
export const speechLike = (seconds: number, seed: number): Float32Array => {
  let low = 0
  return noise(seconds * 16_000, 1, seed).map((sample, i) => {
    low = 0.9 * low + 0.1 * sample
    const syllable = Math.max(0, Math.sin((2 * Math.PI * 3.1 * i) / 16_000 + seed))
    return 0.6 * low * syllable
  })
}

export const mixed = (...sounds: Float32Array[]): Float32Array =>
  (sounds[0] as Float32Array).map((_, i) => sounds.reduce((sum, sound) => sum + (sound[i] ?? 0), 0))
