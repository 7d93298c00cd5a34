import {clampedSamples} from '../../audio/pcm.ts'
import {msOf, samplesPerMs} from '../duration.ts'
import type {HeardSegment, HearOptions, SpeechEngine} from '../engine.ts'
import {believable} from '../hallucinations/filter.ts'
import type {TranscriptSegment, TranscriptWord} from '../port.ts'
import type {SoundWindow} from './listen.ts'

export interface HeardSpeech {
  /** Times in ms from the start of the sound; none where no words were heard. */
  segments: TranscriptSegment[]
  language: string
}

/** Whatever is shorter, in samples (100 ms), holds no word. */
const leastSamples = 1600

/**
 * Hears a window, throws out inventions, and puts times in order and within the window.
 * @throws what the engine throws
 */
export const hearWindow = async (
  engine: SpeechEngine,
  window: SoundWindow,
  options: HearOptions,
): Promise<HeardSpeech> => {
  const {audio, start, evidence} = window
  if (audio.length < leastSamples) return {segments: [], language: options.language}
  const heard = await engine.hear(clampedSamples(audio), options)
  const startMs = start / samplesPerMs
  return {
    segments: placed(believable(heard.segments, evidence), startMs, startMs + msOf(audio)),
    language: heard.language,
  }
}

const placed = (segments: readonly HeardSegment[], startMs: number, endMs: number): TranscriptSegment[] => {
  const inOrder = ordered(startMs, startMs, endMs)
  return segments.map(({text, words, confidence, ...times}) => {
    const start = inOrder(times.startMs)
    const wordInOrder = ordered(startMs, start, endMs)
    const ownWords = words?.map(
      (word): TranscriptWord => ({
        ...word,
        text: word.text.trim(),
        startMs: wordInOrder(word.startMs),
        endMs: wordInOrder(word.endMs),
      }),
    )
    // A segment ends no earlier than its last word, and the next begins no earlier than that.
    const end = inOrder(Math.max(times.endMs, (ownWords?.at(-1)?.endMs ?? 0) - startMs))
    return {
      text: text.trim(),
      startMs: start,
      endMs: end,
      ...(confidence === undefined ? {} : {confidence: Math.max(0, Math.min(1, confidence))}),
      ...(ownWords ? {words: ownWords} : {}),
    }
  })
}

/** Makes times in ms after `originMs` such from the start of the sound: never back, and not beyond the end. */
const ordered = (originMs: number, fromMs: number, endMs: number): ((ms: number) => number) => {
  let reached = Math.ceil(fromMs)
  return ms => {
    if (Number.isFinite(ms)) reached = Math.max(reached, Math.min(Math.round(originMs + ms), Math.floor(endMs)))
    return reached
  }
}
