import {EssenceError} from '../kit/errors.ts'
import type {FindSpeech, Sentence, SpeakerEmbedder} from './port.ts'
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
 * Hears a sentence of somebody who is to be known by their voice.
 * @param audio mono, 16 kHz, −1..1
 * @param what names the sentence
 * @throws NO_SPEECH (it is too short), CANCELLED, and what the parts throw
 */
export const hearSentence = async (
  audio: Float32Array,
  {embedder, findSpeech}: Pick<EnrolmentParts, 'embedder' | 'findSpeech'>,
  what: string,
  signal?: AbortSignal,
): Promise<Sentence> => {
  const speech = await findSpeech(audio, signal)
  checkLength(speech.speechMs, what)
  return {vector: await embedder.embed(speech.audio, signal), speechMs: speech.speechMs}
}

/**
 * Learns how a person sounds.
 * @param sentences each mono, 16 kHz, −1..1
 * @throws as `hearSentence` and `voiceOf`
 */
export const learnVoice = async (
  sentences: readonly Float32Array[],
  {threshold, ...parts}: EnrolmentParts,
  signal?: AbortSignal,
): Promise<EnrolledVoice> => {
  checkCount(sentences)
  const heard: Sentence[] = []
  for (const [i, sentence] of sentences.entries())
    heard.push(await hearSentence(sentence, parts, `Sentence ${i + 1}`, signal))
  return voiceOf(heard, threshold)
}

/**
 * How the person sounds who said some sentences.
 * @param threshold from which likeness on a voice is that of a voiceprint
 * @throws USAGE (not three), SPEAKER_MISMATCH (they are not one voice), ENGINE_FAILED
 */
export const voiceOf = (sentences: readonly Sentence[], threshold: number): EnrolledVoice => {
  checkCount(sentences)
  const vectors = sentences.map(({vector}) => vector)
  const agreement = agreementOf(vectors, threshold - agreementMargin)
  const vector = centroid(vectors)
  if (!vector) throw new EssenceError('ENGINE_FAILED', 'The speaker model gave sentences of one voice that cancel out.')
  return {vector, speechMs: sentences.reduce((sum, {speechMs}) => sum + speechMs, 0), agreement}
}

const checkCount = ({length}: readonly unknown[]): void => {
  if (length === sentencesNeeded) return
  const found = `there ${length === 1 ? 'is' : 'are'} ${length}`
  throw new EssenceError('USAGE', `To enrol takes ${sentencesNeeded} sentences; ${found}.`)
}

/** @throws NO_SPEECH where there is too little speech to learn from */
const checkLength = (speechMs: number, what: string): void => {
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
