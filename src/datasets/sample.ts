import {lengthClassOf} from '../accuracy/length-class.ts'
import {seededRandom, shuffled} from '../kit/random.ts'
import {lengthClasses} from '../report/test-report.ts'
import {type Dataset, datasetOf, type Phrase} from './phrase.ts'

/**
 * Some phrases of a data set, in its order: each class of length keeps its share, and has one at least where the limit is
 * 3 or more. The same for the same seed.
 * @param limit 1 or more; all phrases where there are no more than that
 */
export const sampleOf = (dataset: Dataset, limit: number, seed: number): Dataset => {
  const {phrases} = dataset
  if (limit >= phrases.length) return dataset
  const byClass = Map.groupBy(phrases, ({text}) => lengthClassOf(text))
  const strata = lengthClasses.map(name => byClass.get(name) ?? []).filter(({length}) => length > 0)
  const random = seededRandom(seed)
  const counts = sharesOf(
    strata.map(({length}) => length),
    limit,
  )
  const chosen = new Set<Phrase>(strata.flatMap((stratum, at) => shuffled(stratum, random).slice(0, counts[at])))
  return datasetOf({...dataset, phrases: phrases.filter(phrase => chosen.has(phrase))})
}

/** Divides a number by shares: whole parts first, what is left over to the largest remainders. */
const sharesOf = (sizes: number[], limit: number): number[] => {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const exact = sizes.map(size => (size * limit) / total)
  const least = limit >= sizes.length ? 1 : 0
  const counts = exact.map(share => Math.max(least, Math.floor(share)))
  const missing = (): number => limit - counts.reduce((sum, count) => sum + count, 0)
  const lacks = (at: number): number => (exact[at] ?? 0) - (counts[at] ?? 0)
  const order = [...sizes.keys()]
  while (missing() !== 0) {
    const step = Math.sign(missing())
    // One more for who lacks most, or one less for who has most beyond its share.
    const able = step > 0 ? order : order.filter(at => (counts[at] ?? 0) > least)
    const at = able.reduce((best, other) => (step * (lacks(other) - lacks(best)) > 0 ? other : best))
    counts[at] = (counts[at] ?? 0) + step
  }
  return counts
}
