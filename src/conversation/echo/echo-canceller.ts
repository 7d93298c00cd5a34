import {concatSamples} from '../../audio/pcm.ts'
import {blockSamples, echoFilter} from './echo-filter.ts'
import type {EchoCanceller} from './port.ts'
import {residualSuppressor} from './residual-suppressor.ts'

/** Blocks of what was played that may still be heard: 0.7 s, half a second of it for the way through the machine. */
const partitions = 44

/** How much of what was before counts when it is asked whether the filter makes things better. */
const smoothing = 0.9

/** Where so little is left of what is heard the filter has learnt the way. */
const learntShare = 0.25
/** Where so much is, it is wrong: an echo and the estimate of another make twice the power of one. */
const wrongShare = 1.4

/**
 * Takes echo out by an adaptive filter over all delays there may be, and makes weaker what that leaves. No delay has to be known, and it
 * may drift. What comes out is 32 ms late.
 */
export const openEchoCanceller = (): EchoCanceller => {
  const filter = echoFilter(partitions)
  const suppress = residualSuppressor()
  const nothingLeft = new Float64Array(blockSamples + 1)
  let playing: Float32Array = new Float32Array()
  let hearing: Float32Array = new Float32Array()
  let ready: Float32Array = new Float32Array(blockSamples)
  let silentBlocks = partitions
  let hasLearnt = false
  let [heardPower, errorPower] = [0, 0]

  const cancelBlock = (played: Float32Array, heard: Float32Array): Float32Array => {
    silentBlocks = played.some(sample => sample !== 0) ? 0 : silentBlocks + 1
    // Nothing that was played can still be heard.
    if (silentBlocks > partitions) return suppress(heard, nothingLeft)
    const error = new Float32Array(blockSamples)
    const left = filter.process(played, heard, error)
    heardPower = smoothing * heardPower + powerOf(heard)
    errorPower = smoothing * errorPower + powerOf(error)
    if (errorPower < learntShare * heardPower) hasLearnt = true
    // A filter that has yet to learn may add more than it takes away.
    if (errorPower < heardPower) return suppress(error, left)
    // One that had, and is that wrong, is of another way: a device that stumbled, a door that was opened.
    if (hasLearnt && errorPower > wrongShare * heardPower) {
      filter.restart()
      hasLearnt = false
    }
    return suppress(heard, left)
  }

  return {
    description: 'adaptive filter of 0.7 s',
    played(audio) {
      playing = concatSamples([playing, audio])
    },
    cancel(audio) {
      hearing = concatSamples([hearing, audio])
      const clean = [ready]
      for (; hearing.length >= blockSamples; hearing = hearing.slice(blockSamples)) {
        const played = new Float32Array(blockSamples)
        played.set(playing.subarray(0, blockSamples))
        playing = playing.slice(blockSamples)
        clean.push(cancelBlock(played, hearing.subarray(0, blockSamples)))
      }
      const all = concatSamples(clean)
      ready = all.slice(audio.length)
      return all.slice(0, audio.length)
    },
    close() {},
  }
}

const powerOf = (block: Float32Array): number => block.reduce((sum, sample) => sum + sample * sample, 0)
