import {EssenceError} from '../kit/errors.ts'
import type {FindSpeech, SpeakerEmbedder} from './port.ts'
import {centroid, cosine} from './vectors.ts'

/** What a person says to be known by their voice. */
export const sentencesNeeded = 3

/** ms of speech in each of them; docs/decisions/speaker.md says what less would cost. */
export const leastSentenceMs = 2000

/**
 * How much less alike two sentences of one person may be than a sentence and their voiceprint, which is the middle of three.
 */
const agreementMargin = 0.1

export interface EnrolmentParts {
  embedder: SpeakerEmbedder
  findSpeech: FindSpeech
  /** From which likeness on a voice is that of a voiceprint. */
  threshold: number
}

/** How a person sounds, of three sentences. */
export interface EnrolledVoice {
  /** The direction between the sentences: a unit vector. */
  vector: Float32Array
  /** ms of speech in all of them. */
  speechMs: number
  /** Of the two that are least alike. */
  agreement: number
}

/**
 * Learns how a person sounds.
 * @param sentences each mono, 16 kHz, −1..1
 * @throws USAGE (not three), NO_SPEECH (one is too short), SPEAKER_MISMATCH (they are not one voice), CANCELLED, and what the parts throw
 */
export const learnVoice = async (
  sentences: readonly Float32Array[],
  {embedder, findSpeech, threshold}: EnrolmentParts,
  signal?: AbortSignal,
): Promise<EnrolledVoice> => {
  if (sentences.length !== sentencesNeeded) {
    const found = `there ${sentences.length === 1 ? 'is' : 'are'} ${sentences.length}`
    throw new EssenceError('USAGE', `To enrol takes ${sentencesNeeded} sentences; ${found}.`)
  }
  const vectors: Float32Array[] = []
  let speechMs = 0
  for (const [i, sentence] of sentences.entries()) {
    const speech = await findSpeech(sentence, signal)
    checkLength(speech.speechMs, `Sentence ${i + 1}`)
    speechMs += speech.speechMs
    vectors.push(await embedder.embed(speech.audio, signal))
  }
  const agreement = agreementOf(vectors, threshold - agreementMargin)
  const vector = centroid(vectors)
  if (!vector) throw new EssenceError('ENGINE_FAILED', 'The speaker model gave sentences of one voice that cancel out.')
  return {vector, speechMs, agreement}
}

/** @param what names the sentence  @throws NO_SPEECH where there is too little speech to learn from */
export const checkLength = (speechMs: number, what: string): void => {
  if (speechMs >= leastSentenceMs) return
  const found = `${(speechMs / 1000).toFixed(1)} s of speech`
  throw new EssenceError(
    'NO_SPEECH',
    `${what} has ${found}; expected ${leastSentenceMs / 1000} s at least, without pauses.`,
    {suggestions: ['Say a longer sentence, close to the microphone.']},
  )
}

/** @returns the likeness of the two that are least alike @throws SPEAKER_MISMATCH which names the one that is not like the others */
const agreementOf = (vectors: readonly Float32Array[], threshold: number): number => {
  const likeness = vectors.map((one, i) => vectors.map((other, j) => (i === j ? 1 : cosine(one, other))))
  const least = Math.min(...likeness.flat())
  if (least >= threshold) return least
  const sums = likeness.map(row => row.reduce((sum, each) => sum + each, 0))
  const odd = sums.indexOf(Math.min(...sums)) + 1
  throw new EssenceError(
    'SPEAKER_MISMATCH',
    `The sentences are not of one voice: number ${odd} is least like the others (${least.toFixed(2)}, expected ${threshold.toFixed(2)} at least).`,
    {suggestions: ['Record that sentence again, with nobody else speaking and no music.']},
  )
}
