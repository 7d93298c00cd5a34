import {frameSamples} from './vad.ts'

/**
 * Root mean square that quiet sound is raised to, −17.5 dBFS: with more, hiss before a distorted speech costs its first words; with
 * less, a low hum as loud is speech to Silero.
 */
const target = 10 ** (-17.5 / 20)

/** Louder than this, −25 dBFS, sound stays as it is: raised by a little, a word as short as "up" was lost. */
const quiet = 10 ** (-25 / 20)

/** Enough for speech with a peak of −60 dBFS; what is fainter drowns in the noise of 16 bits. */
const defaultMaxGainDb = 50

/** How fast a loud moment is forgotten, for one frame: 5 dB a second. */
const decay = 10 ** ((-5 * frameSamples) / 16_000 / 20)

/** Frames whose quietest is the noise of the place (3 s): speech has a gap in any such stretch. */
const floorFrames = 94

/** Louder than that noise by this, 10 dB, is something of its own. */
const rise = 10 ** (10 / 20)

/** Speech is taken to be louder than the noise by this, 28 dB, unless it is known better: noise raised to its level keeps Silero from hearing it after. */
const overFloor = 10 ** (28 / 20)

/**
 * Raises quiet sound for a detector of speech, frame by frame as it comes: Silero VAD loses first words of speech with a peak of
 * −40 dBFS, and all of it at −56 (docs/decisions/voice-activity.md).
 * @param maxGainDb dB by which it is raised at most
 * @returns takes the next whole frames (mono, 16 kHz, −1..1) and gives them louder
 */
export const leveller = (maxGainDb = defaultMaxGainDb): ((audio: Float32Array) => Float32Array) => {
  const faintest = target / 10 ** (maxGainDb / 20)
  const recent: number[] = []
  let speech = 0
  const gainFor = (frame: Float32Array): number => {
    const level = deviation(frame)
    recent.push(level)
    if (recent.length > floorFrames) recent.shift()
    const floor = Math.min(...recent)
    speech *= decay
    if (level > floor * rise) speech = Math.max(speech, level)
    const expected = Math.max(speech, floor * overFloor, faintest)
    return expected < quiet ? target / expected : 1
  }
  return audio => {
    const louder = new Float32Array(audio.length)
    for (let at = 0; at < audio.length; at += frameSamples) {
      const frame = audio.subarray(at, at + frameSamples)
      const gain = gainFor(frame)
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
