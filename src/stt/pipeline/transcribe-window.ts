import {msOf, samplesPerMs} from '../duration.ts'
import type {EngineSegment, SpeechEngine, TranscribeOptions} from '../engine.ts'
import {filterHallucinations} from '../hallucinations/filter.ts'
import type {TranscriptSegment, TranscriptWord} from '../port.ts'
import type {AudioWindow} from './utterances.ts'

export interface WindowTranscript {
  /** Times in ms from the start of the audio; none where there were no words. */
  segments: TranscriptSegment[]
  language: string
}

/** Shorter audio, in samples (100 ms), holds no word. */
const minSamples = 1600

/**
 * Transcribes a window, filters hallucinations, and puts times in order and within the window.
 * @throws what the engine throws
 */
export const transcribeWindow = async (
  engine: SpeechEngine,
  window: AudioWindow,
  options: TranscribeOptions,
): Promise<WindowTranscript> => {
  const {audio, start, evidence} = window
  if (audio.length < minSamples) return {segments: [], language: options.language}
  const transcript = await engine.transcribe(audio, options)
  const startMs = start / samplesPerMs
  return {
    segments: placed(filterHallucinations(transcript.segments, evidence), startMs, startMs + msOf(audio)),
    language: transcript.language,
  }
}

const placed = (segments: readonly EngineSegment[], startMs: number, endMs: number): TranscriptSegment[] => {
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
      confidence: confidence === undefined ? undefined : Math.max(0, Math.min(1, confidence)),
      words: ownWords,
    }
  })
}

/** Turns times in ms after `originMs` into times from the start of the audio: never back, and not beyond the end. */
const ordered = (originMs: number, fromMs: number, endMs: number): ((ms: number) => number) => {
  let reached = Math.ceil(fromMs)
  return ms => {
    if (Number.isFinite(ms)) reached = Math.max(reached, Math.min(Math.round(originMs + ms), Math.floor(endMs)))
    return reached
  }
}
