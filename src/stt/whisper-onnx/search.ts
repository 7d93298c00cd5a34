import type {Encoded, WhisperNet} from './model.ts'
import {suppressTokens, type TokenRules} from './rules.ts'
import {draw, logSumOf, mostProbable} from './sample.ts'
import {type Shortlist, tokenAt} from './shortlist.ts'

/** A text, so far or whole. */
export interface Beam {
  tokens: number[]
  /** Natural logarithm of the probability of each of them. */
  logProbabilities: number[]
  /** Of all of them, and of the end where it has come. */
  sum: number
  ended: boolean
}

export interface SearchOptions {
  rules: TokenRules
  /** 0: the most probable tokens. */
  temperature: number
  random: () => number
  /** Beams at temperature 0; 1 is greedy. */
  beams: number
  maxTokens: number
  /** Looked at between tokens; ends the decoding where it is. */
  cancelled: () => boolean
}

interface Candidate {
  from: number
  token: number
  logProbability: number
  sum: number
}

/**
 * Finds the text whose tokens are the most probable on average, of as many beams as are wanted (OpenAI's `BeamSearchDecoder`,
 * decoding.py, with patience 1); where a temperature is given there is one, and its tokens are drawn.
 * @param first what the first token may be
 */
export const search = async (
  model: WhisperNet,
  encoded: Encoded,
  first: Shortlist,
  options: SearchOptions,
): Promise<Beam> => {
  const {rules, temperature, random, maxTokens, cancelled} = options
  const width = temperature === 0 ? options.beams : 1
  const ended: Beam[] = []
  let beams: Beam[] = [{tokens: [], logProbabilities: [], sum: 0, ended: false}]
  let next = [first]
  while (!cancelled()) {
    const candidates: Candidate[] = []
    for (const [from, {tokens, sum}] of beams.entries()) {
      const own = next[from] as Shortlist
      suppressTokens(own, tokens, rules)
      const {logits, rest} = own
      const logSum = logSumOf(logits, rest)
      const chosen = temperature === 0 ? mostProbable(logits, width + 1) : [draw(logits, temperature, random())]
      for (const place of chosen) {
        const logProbability = (logits[place] ?? 0) - logSum
        candidates.push({from, token: tokenAt(own, place, rules.special), logProbability, sum: sum + logProbability})
      }
    }
    candidates.sort((a, b) => b.sum - a.sum)
    const going: Candidate[] = []
    for (const candidate of candidates) {
      const {from, token, sum} = candidate
      if (going.length === width || sum === Number.NEGATIVE_INFINITY) break
      const beam = beams[from] as Beam
      if (token === rules.special.end) ended.push({...beam, sum, ended: true})
      else going.push(candidate)
    }
    if (ended.length >= width || going.length === 0 || beams[0]?.tokens.length === maxTokens) break
    beams = going.map(({from, token, logProbability, sum}) => {
      const {tokens, logProbabilities} = beams[from] as Beam
      return {tokens: [...tokens, token], logProbabilities: [...logProbabilities, logProbability], sum, ended: false}
    })
    next = await model.extend(going, encoded)
  }
  const mean = ({tokens, sum}: Beam): number => sum / Math.max(1, tokens.length)
  return (ended.length > 0 ? ended : beams).reduce((best, beam) => (mean(beam) > mean(best) ? beam : best))
}
