import type {Voiceprint} from '@essence/core/speaker/port'
import {centroid, cosine} from '@essence/core/speaker/vectors'
import type {Heard} from './errors.ts'
import {clipsOf, type Person} from './people.ts'

/** Voices of a cohort that count: those nearest to a voice. */
const nearest = 10

/** Who is likest to a vector, by scores of a kind. */
export type Rank = (vector: Float32Array, voiceprints: readonly Voiceprint[]) => Heard['likest']

/** A vector for each voice of a cohort. */
export const cohortOf = async (
  people: readonly Person[],
  embed: (clip: Float32Array) => Promise<Float32Array>,
): Promise<Float32Array[]> => {
  const cohort: Float32Array[] = []
  for (const {speech} of people) {
    const vector = centroid(await Promise.all(clipsOf(speech, 3, 3).map(embed)))
    if (vector) cohort.push(vector)
  }
  return cohort
}

/**
 * Normalisations of scores by a cohort of other voices: adaptive symmetric score normalisation (AS-norm: Matějka and others, Interspeech 2017,
 * https://doi.org/10.21437/Interspeech.2017-803), and only its means.
 */
export const normalisations = (cohort: readonly Float32Array[]): Record<string, Rank> => {
  const about = (vector: Float32Array): {mean: number; deviation: number} => {
    const scores = cohort.map(voice => cosine(vector, voice)).sort((a, b) => b - a)
    const top = scores.slice(0, nearest)
    const mean = top.reduce((sum, score) => sum + score, 0) / top.length
    const variance = top.reduce((sum, score) => sum + (score - mean) ** 2, 0) / top.length
    return {mean, deviation: Math.sqrt(variance) + 1e-6}
  }
  const ranking =
    (score: (cosine: number, one: ReturnType<typeof about>, other: ReturnType<typeof about>) => number): Rank =>
    (vector, voiceprints) => {
      const own = about(vector)
      return voiceprints
        .map(each => ({person: each.person, score: score(cosine(vector, each.vector), about(each.vector), own)}))
        .sort((a, b) => b.score - a.score)
    }
  return {
    'AS-norm': ranking((s, a, b) => ((s - a.mean) / a.deviation + (s - b.mean) / b.deviation) / 2),
    'less the means': ranking((s, a, b) => s - (a.mean + b.mean) / 2),
  }
}

/** The threshold at which a share of clips is not known to be of the one who is enrolled. */
export const thresholdAt = (share: number, heard: readonly Heard[]): number => {
  const own = heard
    .filter(({isEnrolled}) => isEnrolled)
    .map(({name, likest}) => likest.find(({person}) => person === name)?.score ?? 0)
    .sort((a, b) => a - b)
  return own[Math.floor(share * own.length)] ?? 0
}
