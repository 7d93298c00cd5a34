/** Likeness of pairs of clips: of one person, and of two. */
export interface Trials {
  same: number[]
  different: number[]
}

/** What a threshold costs: shares of pairs that are judged wrong, 0 to 1. */
export interface ErrorsAt {
  threshold: number
  /** Pairs of one person that are not known as such. */
  miss: number
  /** Pairs of two people that are taken for one. */
  falseAlarm: number
}

/** The errors at each threshold at which they change. */
export const errorCurve = ({same, different}: Trials): ErrorsAt[] => {
  const all = [...same.map(score => ({score, isSame: true})), ...different.map(score => ({score, isSame: false}))]
  all.sort((a, b) => a.score - b.score)
  let [missed, passed] = [0, different.length]
  return all.map(({score, isSame}) => {
    const errors = {threshold: score, miss: missed / same.length, falseAlarm: passed / different.length}
    if (isSame) missed++
    else passed--
    return errors
  })
}

/** Where both errors are as frequent (equal error rate). */
export const equalErrors = (trials: Trials): ErrorsAt =>
  errorCurve(trials).reduce((best, each) =>
    Math.abs(each.miss - each.falseAlarm) < Math.abs(best.miss - best.falseAlarm) ? each : best,
  )

/** The least detection cost, where one pair in a hundred is of one person (NIST SRE, `minDCF` at 0.01), and where it is reached. */
export const leastCost = (trials: Trials): {cost: number; threshold: number} =>
  errorCurve(trials)
    .map(({threshold, miss, falseAlarm}) => ({threshold, cost: miss + 99 * falseAlarm}))
    .reduce((best, each) => (each.cost < best.cost ? each : best))

/** The errors at a threshold. */
export const errorsAt = ({same, different}: Trials, threshold: number): ErrorsAt => ({
  threshold,
  miss: same.filter(score => score < threshold).length / same.length,
  falseAlarm: different.filter(score => score >= threshold).length / different.length,
})

/** A clip of somebody, and who is enrolled and sounds like it, the likest first. */
export interface Heard {
  name: string
  isEnrolled: boolean
  likest: readonly {person: string; score: number}[]
}

/**
 * What becomes of clips at a threshold, in shares: of those of people who are enrolled, and of all where their own voiceprint is taken
 * away, so that they are strangers.
 */
export const outcomes = (heard: readonly Heard[], threshold: number) => {
  const own = heard.filter(({isEnrolled}) => isEnrolled)
  const named = (each: Heard, candidates = each.likest): string | undefined =>
    candidates.find(({score}) => score >= threshold)?.person
  const shareOf = (is: (person: string | undefined, each: Heard) => boolean): number =>
    own.filter(each => is(named(each), each)).length / own.length
  const taken = heard.filter(
    each =>
      named(
        each,
        each.likest.filter(({person}) => person !== each.name),
      ) !== undefined,
  )
  return {
    known: shareOf((person, {name}) => person === name),
    unknown: shareOf(person => person === undefined),
    wrong: shareOf((person, {name}) => person !== undefined && person !== name),
    named: taken.length / heard.length,
    enrolled: own.length,
    strangers: heard.length,
  }
}
