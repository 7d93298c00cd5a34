import type {HeardSegment} from '../engine.ts'
import type {SpeechEvidence} from '../vad/endpointing.ts'
import {bareText, isKnownInvention} from './known.ts'
import {withoutLoop} from './repetition.ts'

/** What Whisper writes for sounds that are no speech: `[BLANK_AUDIO]`, `(music)`, `*laughs*`, notes. */
const annotation = /\[[^\]]*\]|\([^)]*\)|\*[^*]*\*/g

/** Whether a text has words beside such annotations. */
const hasWords = (text: string): boolean => /[\p{L}\p{N}]/u.test(text.replace(annotation, ''))

/** Both together are silence (openai/whisper, transcribe.py, `no_speech_threshold` and `logprob_threshold`). */
const silent = {noSpeech: 0.6, averageLogProbability: -1}

/** Less certain than this a text means nothing: its tokens were guessed (a mean probability of 13 %). */
const guessed = -2

/** From here on a segment is doubtful: enough to disbelieve what is known as an invention, not enough for anything else. */
const doubtful = {noSpeech: 0.3, averageLogProbability: -0.7, confidence: 0.5, probability: 0.75}

/** Letters a second that nobody speaks; fast speech has about 20. */
const mostLetters = 30

/**
 * What is left of a window when inventions are taken out. In order: texts without words; segments with much no-speech and
 * little certainty, or next to none; loops, of which one round is kept, or nothing where it is also doubtful; known inventions that are doubtful.
 * @param evidence of the voice detector, where one listened
 */
export const believable = (segments: readonly HeardSegment[], evidence?: SpeechEvidence): HeardSegment[] => {
  const heard = segments.filter(segment => hasWords(segment.text) && !isSilence(segment) && !isGuessed(segment))
  const once = loopsOut(heard).map(({segment, rounds}) => {
    const {text, looped} = withoutLoop(segment.text)
    return {segment: looped > 0 ? shortened(segment, text) : segment, loop: looped > 0.5 || rounds >= fewestRounds}
  })
  const letters = once.reduce((sum, {segment}) => sum + segment.text.length, 0)
  return once.flatMap(({segment, loop}) => {
    const doubtful = isDoubtful(segment, letters, evidence)
    const invented = loop ? doubtful || isKnownInvention(segment.text) : doubtful && isKnownInvention(segment.text)
    return invented ? [] : [segment]
  })
}

const isSilence = ({noSpeech = 0, averageLogProbability = Number.NEGATIVE_INFINITY}: HeardSegment): boolean =>
  noSpeech > silent.noSpeech && averageLogProbability < silent.averageLogProbability

const isGuessed = ({averageLogProbability, confidence = 1}: HeardSegment): boolean =>
  (averageLogProbability ?? Math.log(confidence)) < guessed

/** @param letters in the whole window */
const isDoubtful = (segment: HeardSegment, letters: number, evidence?: SpeechEvidence): boolean => {
  const {noSpeech = 0, averageLogProbability = 0, confidence = 1} = segment
  if (noSpeech > doubtful.noSpeech || averageLogProbability < doubtful.averageLogProbability) return true
  if (confidence < doubtful.confidence) return true
  if (!evidence) return false
  return evidence.probability < doubtful.probability || letters > (mostLetters * evidence.speechMs) / 1000
}

/** So many segments of the same words one after the other are a loop over segments. */
const fewestRounds = 4

const loopsOut = (segments: readonly HeardSegment[]): {segment: HeardSegment; rounds: number}[] => {
  const runs: {segment: HeardSegment; all: HeardSegment[]}[] = []
  for (const segment of segments) {
    const last = runs.at(-1)
    if (last && bareText(last.segment.text) === bareText(segment.text)) last.all.push(segment)
    else runs.push({segment, all: [segment]})
  }
  return runs.flatMap(({segment, all}) =>
    all.length >= fewestRounds ? [{segment, rounds: all.length}] : all.map(one => ({segment: one, rounds: 1})),
  )
}

/** The segment with a part of its words: those at its beginning, where it has times of them. */
const shortened = (segment: HeardSegment, text: string): HeardSegment => {
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
