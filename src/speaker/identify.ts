import type {FoundSpeech, Identification, SpeakerEmbedder, Voiceprint} from './port.ts'
import {cosine} from './vectors.ts'

/** ms of speech below which nobody is named: docs/decisions/speaker.md has the errors by length. */
export const leastSpeechMs = 1000

/** People by how much they sound like a vector, the likest first. @param voiceprints of the model the vector is of */
export const ranked = (vector: Float32Array, voiceprints: readonly Voiceprint[]): {person: string; score: number}[] =>
  voiceprints.map(each => ({person: each.person, score: cosine(vector, each.vector)})).sort((a, b) => b.score - a.score)

/**
 * Who of some people spoke.
 * @param enrolled those who may have spoken; voiceprints of other models do not count
 * @param threshold from which likeness on a voice is theirs
 * @throws CANCELLED, ENGINE_FAILED, ENGINE_UNAVAILABLE
 */
export const identify = async (
  speech: FoundSpeech,
  enrolled: readonly Voiceprint[],
  {embedder, threshold}: {embedder: SpeakerEmbedder; threshold: number},
  signal?: AbortSignal,
): Promise<Identification> => {
  const comparable = enrolled.filter(({model}) => model === embedder.model)
  if (comparable.length === 0) return {person: undefined, reason: 'nobody-enrolled'}
  if (speech.speechMs < leastSpeechMs) return {person: undefined, reason: 'too-short'}
  const [nearest] = ranked(await embedder.embed(speech.audio, signal), comparable)
  if (nearest && nearest.score >= threshold) return nearest
  return {person: undefined, reason: 'unknown-voice', nearest}
}
