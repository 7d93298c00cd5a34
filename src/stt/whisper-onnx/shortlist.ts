import type {SpecialTokens} from './tokens.ts'

/** How many words are kept of each step: of these beams go on, and of these is drawn. */
export const shortlisted = 64

/** What may come next, as far as a search looks at it. Logits of words, then of the end, then of each time. */
export interface Shortlist {
  /** The words, the most probable first. */
  tokens: readonly number[]
  /** One for each word, for the end, and for each time. */
  logits: Float32Array
  /** Natural logarithm of the sum of the exponentials of all words that are not among them. */
  rest: number
}

/**
 * The shortlist of one beam.
 * @param peak natural logarithm of the share of the first word among all words
 * @param others logits of the end and of each time
 */
export const shortlistOf = (
  tokens: readonly number[],
  words: Float32Array,
  peak: number,
  others: Float32Array,
): Shortlist => {
  const logits = new Float32Array(words.length + others.length)
  logits.set(words)
  logits.set(others, words.length)
  const most = words[0] ?? 0
  // In parts of the most probable: all words, less those that are listed.
  const rest = words.reduce((left, one) => left - Math.exp(one - most), Math.exp(-peak))
  return {tokens, logits, rest: rest > 0 ? most + Math.log(rest) : Number.NEGATIVE_INFINITY}
}

/** The token whose logit stands at a place. */
export const tokenAt = ({tokens}: Shortlist, place: number, {end, firstTime}: SpecialTokens): number =>
  tokens[place] ?? (place === tokens.length ? end : firstTime + place - tokens.length - 1)
