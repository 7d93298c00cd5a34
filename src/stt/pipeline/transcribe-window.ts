import {msOf, samplesPerMs} from '../duration.ts'
import type {EngineSegment, SpeechEngine, TranscribeOptions} from '../engine.ts'
import {filterHallucinations} from '../hallucinations/filter.ts'
import {bareText} from '../hallucinations/known.ts'
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
  const hear = async (asked: TranscribeOptions) => {
    const {segments, language} = await engine.transcribe(audio, asked)
    return {segments: filterHallucinations(segments, evidence), language}
  }
  let heard = await hear(options)
  // Out of noise a model says what it was told before: whether somebody did say it is heard without that, for the final.
  if (echoes(heard.segments, options.prompt))
    heard = options.interim ? {...heard, segments: []} : await hear({...options, prompt: undefined})
  const startMs = start / samplesPerMs
  const spokenMs = evidence ? (evidence.lastSpeech - start) / samplesPerMs : 0
  const segments = endingWith(heard.segments, spokenMs)
  return {segments: placed(segments, startMs, startMs + msOf(audio)), language: heard.language}
}

/** The last word ends no earlier than the voice: engines tend to end it before. */
const endingWith = (segments: readonly EngineSegment[], spokenMs: number): EngineSegment[] => {
  const last = segments.at(-1)
  if (!last) return []
  const until = <T extends {endMs: number}>(one: T): T => ({...one, endMs: Math.max(one.endMs, spokenMs)})
  const words = last.words?.map((word, i, all) => (i === all.length - 1 ? until(word) : word))
  return [...segments.slice(0, -1), {...until(last), words}]
}

/** Fewer words of a prompt, a list of names perhaps, are there to be said. */
const minEchoedWords = 3

/** Whether all that was heard stands in the prompt. */
const echoes = (segments: readonly EngineSegment[], prompt = ''): boolean => {
  const told = bareText(prompt)
  const echoed = ({text}: EngineSegment): boolean => {
    const bare = bareText(text)
    return ` ${told} `.includes(` ${bare} `) && (bare === told || bare.split(' ').length >= minEchoedWords)
  }
  return told !== '' && segments.length > 0 && segments.every(echoed)
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
