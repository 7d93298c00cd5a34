import {frameSamples} from './vad.ts'

/**
 * Root mean square that quiet sound is raised to, −17.5 dBFS: with more, hiss before a distorted speech costs its first words; with
 * less, a low hum as loud is speech to Silero.
 */
const target = 10 ** (-17.5 / 20)

/** Louder than this, −25 dBFS, sound stays as it is: raised by a little, a word as short as "up" was lost. */
const quiet = 10 ** (-25 / 20)

/** 50 dB: enough for speech with a peak of −60 dBFS; what is fainter drowns in the noise of 16 bits. */
const maxGain = 10 ** (50 / 20)

/** How fast a loud moment is forgotten, for one frame: 10 dB a second. */
const decay = 10 ** ((-10 * frameSamples) / 16_000 / 20)

/**
 * Raises quiet sound for a detector of speech, frame by frame as it comes: Silero VAD loses first words of speech with a peak of
 * −40 dBFS, and all of it at −56 (docs/decisions/voice-activity.md).
 * @returns takes the next whole frames (mono, 16 kHz, −1..1) and gives them louder
 */
export const leveller = (): ((audio: Float32Array) => Float32Array) => {
  let level = 0
  return audio => {
    const louder = new Float32Array(audio.length)
    for (let at = 0; at < audio.length; at += frameSamples) {
      const frame = audio.subarray(at, at + frameSamples)
      level = Math.max(deviation(frame), level * decay, target / maxGain)
      const gain = level < quiet ? target / level : 1
      louder.set(
        frame.map(sample => sample * gain),
        at,
      )
    }
    return louder
  }
}

/** Root mean square around the mean. */
const deviation = (frame: Float32Array): number => {
  const mean = frame.reduce((sum, sample) => sum + sample, 0) / frame.length
  return Math.sqrt(frame.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / frame.length)
}
