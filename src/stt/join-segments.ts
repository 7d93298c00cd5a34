import {joinTexts} from '../text/join-texts.ts'
import type {TranscriptSegment} from './port.ts'

/** One segment of several in order; at least one. */
export const joinSegments = (segments: readonly TranscriptSegment[]): TranscriptSegment => {
  const [first, last] = [segments[0], segments.at(-1)]
  const words = segments.flatMap(segment => segment.words ?? [])
  return {
    text: joinTexts(segments.map(({text}) => text)),
    startMs: first?.startMs ?? 0,
    endMs: last?.endMs ?? 0,
    confidence: meanConfidence(segments),
    words: segments.some(segment => segment.words) ? words : undefined,
  }
}

/** Mean of the confidences, weighted by the segments' lengths; undefined where none has one. */
export const meanConfidence = (segments: readonly TranscriptSegment[]): number | undefined => {
  let [sum, weights] = [0, 0]
  for (const {confidence, startMs, endMs} of segments) {
    if (confidence === undefined) continue
    // One without length counts a little as well.
    const weight = Math.max(1, endMs - startMs)
    sum += confidence * weight
    weights += weight
  }
  return weights > 0 ? sum / weights : undefined
}
