import {samplesPerMs} from './duration.ts'
import type {TranscriptSegment} from './port.ts'
import type {NativeResult} from './whisper-native.ts'

/** What Whisper writes for sounds that are no speech: `[BLANK_AUDIO]`, `(music)`, `*laughs*`, notes. */
const annotation = /\[[^\]]*\]|\([^)]*\)|\*[^*]*\*/g

/** Whether a text has words beside such annotations. */
export const hasWords = (text: string): boolean => /[\p{L}\p{N}]/u.test(text.replace(annotation, ''))

/** One segment, and its text as written, with the spaces that join it to the others. */
export interface HeardSegment {
  segment: TranscriptSegment
  written: string
}

/**
 * The segments of one window of audio that have words. Times are put in order and into the window: a model without
 * timestamps gives numbers like −1 007 260 and 30 000.
 * @param startMs where the window begins in the whole
 */
export const heardSegments = (result: NativeResult, window: Float32Array, startMs: number): HeardSegment[] => {
  const endMs = startMs + window.length / samplesPerMs
  let reached = startMs
  const within = (ms: number): number => {
    reached = Math.max(reached, Math.min(startMs + ms, endMs))
    return Math.round(reached)
  }
  return result.segments.flatMap(({text, t0, t1}) => {
    const times = {startMs: within(t0), endMs: within(t1)}
    return hasWords(text) ? [{segment: {text: text.trim(), ...times}, written: text}] : []
  })
}

/** Samples −1..1 as whisper.node takes them: 16 bit, in a buffer of their own. */
export const toPcm16 = (audio: Float32Array): ArrayBuffer => {
  const pcm = new Int16Array(audio.length)
  for (const [i, sample] of audio.entries()) pcm[i] = Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)))
  return pcm.buffer
}
