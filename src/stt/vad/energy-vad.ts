import {toDbfs} from '../../audio/dsp/levels.ts'
import {frameSamples, type VoiceActivityDetector} from './vad.ts'

/** Pole of the high-pass, about 100 Hz at 16 kHz: takes away offset and most of rumble. */
const highPass = 0.96

/** Quieter than this, in dBFS, is silence whatever its shape: the noise of a usable microphone lies below. */
const silenceDb = -55

/** How far speech stands out of what is steady, in dB. */
const riseDb = 6

/** Frames over which the quietest counts as what is steady (1.5 s): speech has a gap in any such stretch. */
const floorFrames = 48

/**
 * Measures loudness: frames that stand out of the quietest of the last 1.5 s. Steady noise does not pass, once it has lasted
 * that long; music, a door or a dog does. Needs no model.
 * @param reason why nothing better is there
 */
export const energyVad = (reason: string): VoiceActivityDetector => ({
  description: `loudness only: ${reason}`,
  neural: false,
  begin() {
    const levels: number[] = []
    let [before, filtered] = [0, 0]
    const levelOf = (frame: Float32Array): number => {
      let sum = 0
      for (const sample of frame) {
        filtered = highPass * (filtered + sample - before)
        before = sample
        sum += filtered * filtered
      }
      return Math.max(-90, toDbfs(Math.sqrt(sum / frame.length)))
    }
    return {
      async probabilities(audio) {
        const probabilities = new Float32Array(audio.length / frameSamples)
        for (let i = 0; i < probabilities.length; i++) {
          const level = levelOf(audio.subarray(i * frameSamples, (i + 1) * frameSamples))
          levels.push(level)
          if (levels.length > floorFrames) levels.shift()
          const threshold = Math.max(silenceDb, Math.min(...levels) + riseDb)
          probabilities[i] = 1 / (1 + Math.exp(threshold - level))
        }
        return probabilities
      },
    }
  },
  close: async () => {},
})
