import type {Encoded, WhisperNet} from './model.ts'
import {logSumOf} from './sample.ts'
import {type SearchOptions, search} from './search.ts'

/** Tokens a second that fast speech does not reach: a text with more is a loop. */
export const tokensPerSecond = 25
const minTokenLimit = 24

export interface DecodeOptions extends Omit<SearchOptions, 'maxTokens'> {
  /** Tokens of the text that precedes; may be empty. */
  before: readonly number[]
  /** Index of the language among the model's, or undefined to detect it; left out of account where there is one language. */
  language: number | undefined
  translate: boolean
  /** Length of the audio, in s. */
  seconds: number
}

export interface Decoded {
  /** Without prompt and end. */
  tokens: number[]
  /** Natural logarithm of the probability of each of them. */
  logProbabilities: number[]
  /** Mean, the end's included. */
  averageLogProbability: number
  /** 0..1 */
  noSpeech: number
  /** False: it was stopped because it went on and on, or because there was no room for more. */
  ended: boolean
  language: number | undefined
  /** All before `tokens`. */
  prompt: number[]
}

/** Decodes text: prompt, then token by token. */
export const decode = async (model: WhisperNet, encoded: Encoded, options: DecodeOptions): Promise<Decoded> => {
  const {rules} = options
  const {special} = rules
  model.begin()
  const opening = [...options.before, special.start]
  const opened = await model.take(opening, encoded)
  const {logits} = opened
  const noSpeech = probability(logits, special.noSpeech)
  const language = options.language ?? likeliestLanguage(logits, special.languages)
  const rest = [
    ...(language === undefined ? [] : [special.languages[language] ?? 0]),
    ...(language === undefined ? [] : [options.translate ? special.translate : special.transcribe]),
    ...(rules.times ? [] : [special.noTimes]),
  ]
  const {next} = rest.length > 0 ? await model.take(rest, encoded) : opened
  const prompt = [...opening, ...rest]

  const {textPositions} = model.contents.shape
  const maxTokens = Math.min(
    Math.floor(textPositions / 2),
    textPositions - prompt.length,
    minTokenLimit + Math.ceil(options.seconds * tokensPerSecond),
  )
  const found = await search(model, encoded, next, {...options, maxTokens})
  const {tokens, logProbabilities, sum, ended} = found
  return {
    tokens,
    logProbabilities,
    averageLogProbability: sum / (tokens.length + 1),
    noSpeech,
    ended,
    language,
    prompt,
  }
}

const probability = (logits: Float32Array, token: number): number => Math.exp((logits[token] ?? 0) - logSumOf(logits))

const likeliestLanguage = (logits: Float32Array, languages: readonly number[]): number | undefined => {
  let best: number | undefined
  for (const [index, token] of languages.entries())
    if (best === undefined || (logits[token] ?? 0) > (logits[languages[best] ?? 0] ?? 0)) best = index
  return best
}
