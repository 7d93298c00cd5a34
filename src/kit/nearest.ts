/** Edit distance: insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
export const editDistance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({length: b.length + 1}, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    rows.push(current)
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity
      current.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost, swapped))
    }
  }
  return at(a.length, b.length)
}

/**
 * The candidate nearest to what was typed, if one is near enough to be a slip.
 * @param maxDistance largest edit distance; default a third of the longer word's letters, at least 1
 */
export const nearest = (typed: string, candidates: Iterable<string>, maxDistance?: number): string | undefined => {
  let best: {candidate: string; distance: number} | undefined
  for (const candidate of candidates) {
    const longer = Math.max(typed.length, candidate.length)
    const limit = maxDistance ?? Math.max(1, Math.floor(longer / 3))
    // Lengths alone already tell how many letters must be inserted: most candidates cost nothing.
    if (longer - Math.min(typed.length, candidate.length) > limit) continue
    const distance = editDistance(typed.toLowerCase(), candidate.toLowerCase())
    if (distance <= limit && (!best || distance < best.distance)) best = {candidate, distance}
  }
  return best?.candidate
}
