import {frameSamples} from './vad.ts'

/** Root mean square that quiet sound is raised to: −16 dBFS, as speech close to a microphone has. */
const target = 10 ** (-16 / 20)

/** Louder than this, −25 dBFS, sound stays as it is: raised by a little, a word as short as "up" was lost. */
const quiet = 10 ** (-25 / 20)

/** 50 dB: enough for speech with a peak of −60 dBFS; what is fainter drowns in the noise of 16 bits. */
const maxGain = 10 ** (50 / 20)

/** How fast a loud moment is forgotten, for one frame: 10 dB a second. */
const decay = 10 ** ((-10 * frameSamples) / 16_000 / 20)

/** Pole of the high-pass of what is raised, about 20 Hz at 16 kHz: raised, an offset that nobody hears would drown the speech. */
const highPass = 0.992

/**
 * Raises quiet sound for a detector of speech, frame by frame as it comes: Silero VAD loses first words of speech with a peak of
 * −40 dBFS, and all of it at −56 (docs/decisions/voice-activity.md).
 * @returns takes the next whole frames (mono, 16 kHz, −1..1) and gives them louder
 */
export const leveller = (): ((audio: Float32Array) => Float32Array) => {
  let level = 0
  let filtered = 0
  let before: number | undefined
  const withoutOffset = (sample: number): number => {
    filtered = highPass * (filtered + sample - (before ?? sample))
    before = sample
    return filtered
  }
  return audio => {
    const louder = new Float32Array(audio)
    for (let at = 0; at < audio.length; at += frameSamples) {
      const frame = audio.subarray(at, at + frameSamples).map(withoutOffset)
      const loudness = Math.sqrt(frame.reduce((sum, sample) => sum + sample ** 2, 0) / frame.length)
      level = Math.max(loudness, level * decay, target / maxGain)
      const gain = target / level
      if (level < quiet)
        louder.set(
          frame.map(sample => sample * gain),
          at,
        )
    }
    return louder
  }
}
