import {concatSamples} from '../../audio/pcm.ts'

/** What is to be played, and silence where there is nothing. Mono, −1..1. */
export const speakerLine = () => {
  let waiting: Float32Array = new Float32Array()
  return {
    /** Comes after what is in line already. */
    push(pcm: Float32Array): void {
      waiting = concatSamples([waiting, pcm])
    },
    /** The next samples to be played. */
    take(samples: number): Float32Array {
      const taken = new Float32Array(samples)
      taken.set(waiting.subarray(0, samples))
      waiting = waiting.slice(samples)
      return taken
    },
    /** Forgets what has not been played. */
    clear(): void {
      waiting = new Float32Array()
    },
  }
}
