/** How far what was heard is from what was said. */
export interface ErrorRate {
  /** Errors ÷ length of what was said. Above 1 where more was heard than said; 0 where nothing was said or heard. */
  rate: number
  /** Insertions, deletions and substitutions, the fewest that lead from one to the other. */
  errors: number
  /** Words, or characters, of what was said. */
  length: number
}

/** Words as they are compared: without case and punctuation, each letter in one form; `don't` is one word. */
export const comparableWords = (text: string): string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[’‘]/gu, "'")
    .match(/[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}\p{N}]+)*/gu) ?? []

/**
 * Word error rate over pairs of texts, all errors ÷ all words said (NIST's sclite counts so). Numbers count as written: "10" is not
 * "ten".
 */
export const wordErrorRate = (pairs: readonly {said: string; heard: string}[]): ErrorRate =>
  errorRate(pairs.map(({said, heard}) => [comparableWords(said), comparableWords(heard)]))

/** Character error rate, as `wordErrorRate`, of the same words with one space between. For languages without spaces. */
export const characterErrorRate = (pairs: readonly {said: string; heard: string}[]): ErrorRate =>
  errorRate(pairs.map(({said, heard}) => [[...comparableWords(said).join(' ')], [...comparableWords(heard).join(' ')]]))

const errorRate = (pairs: readonly (readonly [said: string[], heard: string[]])[]): ErrorRate => {
  const errors = pairs.reduce((sum, [said, heard]) => sum + distance(said, heard), 0)
  const length = pairs.reduce((sum, [said]) => sum + said.length, 0)
  return {rate: errors === 0 ? 0 : errors / Math.max(1, length), errors, length}
}

/** Levenshtein's distance, in two rows. */
const distance = (said: readonly string[], heard: readonly string[]): number => {
  let above = Array.from({length: heard.length + 1}, (_, column) => column)
  for (const [i, word] of said.entries()) {
    const row = [i + 1]
    for (const [j, other] of heard.entries())
      row.push(Math.min((row[j] ?? 0) + 1, (above[j + 1] ?? 0) + 1, (above[j] ?? 0) + (word === other ? 0 : 1)))
    above = row
  }
  return above[heard.length] ?? 0
}
