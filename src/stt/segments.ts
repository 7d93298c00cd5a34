import type {HeardSegment} from './engine.ts'
import type {NativeResult} from './whisper-native.ts'

/**
 * The segments of one window. Times are put in order and into the window: a model without timestamps gives numbers like
 * −1 007 260 and 30 000.
 * @param windowMs length of the window, in ms
 */
export const heardSegments = (result: NativeResult, windowMs: number): HeardSegment[] => {
  let reached = 0
  const within = (ms: number): number => {
    reached = Math.max(reached, Math.min(ms, windowMs))
    return Math.floor(reached)
  }
  return result.segments.map(({text, t0, t1}) => ({text, startMs: within(t0), endMs: within(t1)}))
}

/** Samples −1..1 as whisper.node takes them: 16 bit, in a buffer of their own. */
export const toPcm16 = (audio: Float32Array): ArrayBuffer => {
  const pcm = new Int16Array(audio.length)
  for (let i = 0; i < pcm.length; i++)
    pcm[i] = Math.max(-32_768, Math.min(32_767, Math.round((audio[i] as number) * 32_768)))
  return pcm.buffer
}
