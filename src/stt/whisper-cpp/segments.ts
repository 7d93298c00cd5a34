import {toPcm16} from '../../audio/pcm.ts'
import type {EngineSegment} from '../engine.ts'
import type {NativeResult} from './native.ts'

/**
 * The segments of one window. Times are put in order and into the window: a model without timestamps gives numbers like
 * −1 007 260 and 30 000.
 * @param windowMs length of the window, in ms
 */
export const engineSegments = (result: NativeResult, windowMs: number): EngineSegment[] => {
  let reached = 0
  const within = (ms: number): number => {
    reached = Math.max(reached, Math.min(ms, windowMs))
    return Math.floor(reached)
  }
  return result.segments.map(({text, t0, t1}) => ({text, startMs: within(t0), endMs: within(t1)}))
}

/** Samples as whisper.node takes them: 16 bit, in a buffer of their own. */
export const nativeSamples = (audio: Float32Array): ArrayBuffer => toPcm16(audio).buffer as ArrayBuffer
