import type {EngineSegment} from '../engine.ts'
import type {SpeechEvidence} from '../vad/endpointing.ts'
import {bareText, isKnownHallucination} from './known.ts'
import {withoutLoop} from './repetition.ts'

/** What Whisper writes for sounds that are no speech: `[BLANK_AUDIO]`, `(music)`, `*laughs*`, notes. */
const annotation = /\[[^\]]*\]|\([^)]*\)|\*[^*]*\*/g

/** Whether a text has words beside such annotations. */
const hasWords = (text: string): boolean => /[\p{L}\p{N}]/u.test(text.replace(annotation, ''))

/** Both together are silence (openai/whisper, transcribe.py, `no_speech_threshold` and `logprob_threshold`). */
const silent = {noSpeech: 0.6, averageLogProbability: -1}

/** Below this, a text means nothing: its tokens were guessed (a mean probability of 13 %). */
const guessed = -2

/** From here on a segment is doubtful: enough to drop a known hallucination, not enough to drop anything else. */
const doubtful = {noSpeech: 0.3, averageLogProbability: -0.7, confidence: 0.5, probability: 0.75}

/** Letters a second; fast speech has about 20. */
const maxLettersPerSecond = 30

/**
 * The segments of a window without hallucinations. Dropped are, in this order: texts without words; segments with a high no-speech
 * probability and little certainty, or next to none; loops, of which one round is kept, or nothing where it is also doubtful; known
 * hallucinations that are doubtful.
 * @param evidence of the voice detector, where one ran
 */
export const filterHallucinations = (
  segments: readonly EngineSegment[],
  evidence?: SpeechEvidence,
): EngineSegment[] => {
  const plausible = segments.filter(segment => hasWords(segment.text) && !isSilence(segment) && !isGuessed(segment))
  const once = withoutLoops(plausible).map(({segment, rounds}) => {
    const {text, looped} = withoutLoop(segment.text)
    return {segment: looped > 0 ? shortened(segment, text) : segment, loop: looped > 0.5 || rounds >= minRounds}
  })
  const letters = once.reduce((sum, {segment}) => sum + segment.text.length, 0)
  return once.flatMap(({segment, loop}) => {
    const doubtful = isDoubtful(segment, letters, evidence)
    const hallucinated = loop
      ? doubtful || isKnownHallucination(segment.text)
      : doubtful && isKnownHallucination(segment.text)
    return hallucinated ? [] : [segment]
  })
}

const isSilence = ({noSpeech = 0, averageLogProbability = Number.NEGATIVE_INFINITY}: EngineSegment): boolean =>
  noSpeech > silent.noSpeech && averageLogProbability < silent.averageLogProbability

const isGuessed = ({averageLogProbability, confidence = 1}: EngineSegment): boolean =>
  (averageLogProbability ?? Math.log(confidence)) < guessed

/** @param letters in the whole window */
const isDoubtful = (segment: EngineSegment, letters: number, evidence?: SpeechEvidence): boolean => {
  const {noSpeech = 0, averageLogProbability = 0, confidence = 1} = segment
  if (noSpeech > doubtful.noSpeech || averageLogProbability < doubtful.averageLogProbability) return true
  if (confidence < doubtful.confidence) return true
  if (!evidence) return false
  return evidence.probability < doubtful.probability || letters > (maxLettersPerSecond * evidence.speechMs) / 1000
}

/** This many segments of the same words one after the other are a loop over segments. */
const minRounds = 4

const withoutLoops = (segments: readonly EngineSegment[]): {segment: EngineSegment; rounds: number}[] => {
  const runs: {segment: EngineSegment; all: EngineSegment[]}[] = []
  for (const segment of segments) {
    const last = runs.at(-1)
    if (last && bareText(last.segment.text) === bareText(segment.text)) last.all.push(segment)
    else runs.push({segment, all: [segment]})
  }
  return runs.flatMap(({segment, all}) =>
    all.length >= minRounds ? [{segment, rounds: all.length}] : all.map(one => ({segment: one, rounds: 1})),
  )
}

/** The segment with a part of its words: those at its beginning, where it has times of them. */
const shortened = (segment: EngineSegment, text: string): EngineSegment => {
  const {words, ...rest} = segment
  if (!words) return {...rest, text}
  const kept: typeof words = []
  let left = text.replace(/\s+/gu, '')
  for (const word of words) {
    const letters = word.text.replace(/\s+/gu, '')
    if (!left.startsWith(letters)) continue
    left = left.slice(letters.length)
    kept.push(word)
  }
  return {...rest, text, words: kept}
}
