import type {TranscriptWord} from '../port.ts'
import {attentionMap, warp} from './align.ts'
import type {Decoded} from './decode.ts'
import type {Encoded, WhisperNet} from './model.ts'
import {positionMs, type TokenSpan} from './segments.ts'
import type {SpecialTokens, WhisperVocabulary} from './tokens.ts'

/** What stands within a word: ill-disposed, o'clock. */
const inner = /^[-‐‑'’]+$/

/** Written without spaces between words: each sign is one. */
const spaceless = new Set(['zh', 'ja', 'th', 'lo', 'my', 'yue'])

/** Signs that belong to the word behind them, and to the one before them (OpenAI's lists). */
const opening = new Set('"\'“¿([{-')
const closing = new Set('"\'.。,，!！?？:：”)]}、')

export interface Spoken {
  spans: readonly TokenSpan[]
  decoded: Decoded
  encoded: Encoded
  audioMs: number
  /** ISO 639-1 */
  language: string
}

/** Some tokens that make a word, and their places in the text. */
interface WordTokens {
  text: string
  from: number
  to: number
}

/**
 * The words of each span, with times in ms from the start of the audio: in order, and within their span.
 * One more run of the decoder, over all tokens at once.
 */
export const timeWords = async (
  model: WhisperNet,
  vocabulary: WhisperVocabulary,
  special: SpecialTokens,
  {spans, decoded, encoded, audioMs, language}: Spoken,
): Promise<TranscriptWord[][]> => {
  const places = spans.flatMap(({from, to}) => Array.from({length: to - from}, (_, i) => from + i))
  const text = places.map(place => decoded.tokens[place] ?? 0)
  if (text.length === 0) return spans.map(() => [])
  // Without the text that precedes, and without times: the row of a token says where the next one is in the audio.
  const start = decoded.prompt.slice(decoded.prompt.indexOf(special.start)).filter(token => token !== special.noTimes)
  const tokens = [...start, special.noTimes, ...text, special.end]
  const scores = await model.scores(tokens, encoded)
  const spoken = Math.min(encoded.positions, Math.max(1, Math.round(audioMs / positionMs)))
  const map = attentionMap(scores, tokens.length, encoded.positions, spoken)
  const rows = text.length + 1
  const begins = warp(map.subarray(start.length * spoken, (start.length + rows) * spoken), rows, spoken)
  const logProbabilities = places.map(place => decoded.logProbabilities[place] ?? 0)

  let first = 0
  return spans.map(({from, to, startMs, endMs}) => {
    const own = text.slice(first, first + to - from)
    const offset = first
    first += own.length
    const within = (position: number): number => Math.min(endMs, Math.max(startMs, position * positionMs))
    const words = joined(cut(own, vocabulary, spaceless.has(language))).map(word => {
      const chances = logProbabilities.slice(offset + word.from, offset + word.to)
      return {
        text: word.text.trim(),
        startMs: within(begins[offset + word.from] ?? 0),
        endMs: within(begins[offset + word.to] ?? spoken),
        confidence: Math.exp(chances.reduce((sum, one) => sum + one, 0) / chances.length),
      }
    })
    return withLengths(words, startMs, endMs)
  })
}

/** Every word lasts for one position at least, as far as there is room for that, in order and within the span. */
const withLengths = (words: readonly TranscriptWord[], startMs: number, endMs: number): TranscriptWord[] => {
  const least = Math.min(positionMs, (endMs - startMs) / Math.max(1, words.length))
  let reachedMs = startMs
  return words.map((word, i) => {
    const latest = endMs - least * (words.length - i)
    const start = Math.min(latest, Math.max(reachedMs, word.startMs))
    reachedMs = Math.min(latest + least, Math.max(start + least, word.endMs))
    return {...word, startMs: start, endMs: reachedMs}
  })
}

/** Tokens cut into words: where a space stands, or, without spaces, wherever a sign is whole. */
const cut = (tokens: readonly number[], vocabulary: WhisperVocabulary, everySign: boolean): WordTokens[] => {
  const words: WordTokens[] = []
  let from = 0
  for (let to = 1; to <= tokens.length; to++) {
    const text = vocabulary.text(tokens.slice(from, to))
    // The rest of the sign is in the next token.
    if (text.includes('\uFFFD') && to < tokens.length) continue
    const last = words.at(-1)
    const begins = everySign || text.startsWith(' ') || (/^\p{P}+$/u.test(text) && !inner.test(text))
    if (begins || !last) words.push({text, from, to})
    else Object.assign(last, {text: last.text + text, to})
    from = to
  }
  return words
}

/** Punctuation joined to the word it belongs to; what is only space, to the one before. */
const joined = (words: readonly WordTokens[]): WordTokens[] => {
  const result: WordTokens[] = []
  let waiting: WordTokens | undefined
  for (const one of words) {
    const word: WordTokens = waiting ? {text: waiting.text + one.text.trimStart(), from: waiting.from, to: one.to} : one
    waiting = undefined
    const last = result.at(-1)
    if (word.text.startsWith(' ') && opening.has(word.text.trim())) waiting = word
    else if (last && !word.text.startsWith(' ') && (closing.has(word.text) || word.text.trim() === ''))
      result[result.length - 1] = {text: last.text + word.text, from: last.from, to: word.to}
    else result.push(word)
  }
  if (waiting) result.push(waiting)
  return result.filter(({text}) => text.trim() !== '')
}
