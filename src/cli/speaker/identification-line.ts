import type {Identification} from '../../speaker/port.ts'

/** Who spoke, for people. */
export const identificationLine = (found: Identification, threshold: number): string => {
  if (found.person !== undefined) return `${found.person} (${found.score.toFixed(2)})`
  if (found.reason === 'nobody-enrolled') return 'Unknown: nobody is enrolled with this model.'
  if (found.reason === 'too-short') return 'Unknown: there is less than 1 s of speech.'
  const {nearest} = found
  const closest = nearest ? `; ${nearest.person} is nearest, ${nearest.score.toFixed(2)} of ${threshold}` : ''
  return `Unknown: a voice of nobody who is enrolled${closest}.`
}
