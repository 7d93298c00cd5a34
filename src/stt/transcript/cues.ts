import {displayWidth} from '../../kit/display-width.ts'
import type {TranscriptSegment} from '../port.ts'
import {type CueToken, cueTokens, joined} from './cue-tokens.ts'

/** What stands on the screen at once; times in ms. */
export interface Cue {
  startMs: number
  endMs: number
  /** One or two. */
  lines: CueToken[][]
}

/**
 * What is good to read: characters a line, lines a cue, ms a cue. 42, 2, 7 s and at least 5/6 s are those of the Netflix Timed
 * Text Style Guide (General Requirements; English Template); the BBC Subtitle Guidelines (3.1, 3.3, 3.4) want two lines of 68 % of the
 * picture's width, broken where the text has a pause. A wide character counts as two.
 */
export const cueLimits = {columns: 42, lines: 2, maxMs: 7000, minMs: 833}

/** A gap between two words that ends a cue, in ms. */
const pauseMs = 1500

/**
 * Cuts a segment into cues: at the ends of sentences, then of clauses, then between words, at the words' own times where
 * the engine gives them. A cue that would stay longer than `maxMs` goes after that time.
 */
export const cuesOf = (segment: TranscriptSegment): Cue[] => {
  const cues: Cue[] = []
  let rest = cueTokens(segment, cueLimits.columns)
  while (rest.length > 0) {
    const count = cueLength(rest)
    cues.push(cueFrom(rest.slice(0, count)))
    rest = rest.slice(count)
  }
  return cues
}

/** Two cues as one, where they fit on the screen together. */
export const oneCueOf = (cue: Cue, next: Cue): Cue | undefined => {
  const before = cue.lines.flat()
  const after = next.lines.flat().map((token, index) => (index > 0 ? token : besides(before.at(-1), token)))
  const tokens = [...before, ...after]
  const endMs = Math.max(cue.endMs, next.endMs)
  if (filled(tokens).length > cueLimits.lines || endMs - cue.startMs > cueLimits.maxMs) return
  return {startMs: cue.startMs, endMs, lines: linesOf(tokens)}
}

const besides = (before: CueToken | undefined, token: CueToken): CueToken => ({
  ...token,
  spaced: !joined(before, token),
})

const cueFrom = (tokens: CueToken[]): Cue => {
  const startMs = tokens[0]?.startMs ?? 0
  const endMs = Math.min(tokens.at(-1)?.endMs ?? startMs, startMs + cueLimits.maxMs)
  return {startMs, endMs: Math.max(endMs, startMs), lines: linesOf(tokens)}
}

/** How many of the tokens make the next cue: all that fit, back to the best place to break. */
const cueLength = (tokens: CueToken[]): number => {
  const {count: max, natural} = fitting(tokens)
  if (natural) return max
  const early = Math.ceil(max / 2)
  for (const mark of [sentenceMark, clauseMark]) {
    for (let count = max; count >= early; count--) if (mark.test(tokens[count - 1]?.text ?? '')) return count
  }
  return max
}

const sentenceMark = /[.!?…。！？｡؟।]["'”’»)\]]*$/u
const clauseMark = /[,;:–—、，；：،]["'”’»)\]]*$/u

/** How many tokens fit into one cue (at least one), and whether they end where the speaker does. */
const fitting = (tokens: CueToken[]): {count: number; natural: boolean} => {
  const start = tokens[0]?.startMs ?? 0
  for (let count = 1; count < tokens.length; count++) {
    const next = tokens[count] as CueToken
    if (next.startMs - (tokens[count - 1] as CueToken).endMs >= pauseMs) return {count, natural: true}
    const full = filled(tokens.slice(0, count + 1)).length > cueLimits.lines
    if (full || next.endMs - start > cueLimits.maxMs) return {count, natural: false}
  }
  return {count: tokens.length, natural: true}
}

/** The tokens on as few lines as hold them. */
const filled = (tokens: CueToken[]): CueToken[][] => {
  const lines: CueToken[][] = []
  for (const token of tokens) {
    const line = lines.at(-1)
    if (line && lineWidth([...line, token]) <= cueLimits.columns) line.push(token)
    else lines.push([token])
  }
  return lines
}

/** One line where it fits, else two: broken at punctuation, else where they are most alike. */
const linesOf = (tokens: CueToken[]): CueToken[][] => {
  if (lineWidth(tokens) <= cueLimits.columns) return [tokens]
  let best: {cost: number; lines: CueToken[][]} | undefined
  for (let at = 1; at < tokens.length; at++) {
    const lines = [tokens.slice(0, at), tokens.slice(at)]
    const [upper = 0, lower = 0] = lines.map(lineWidth)
    if (Math.max(upper, lower) > cueLimits.columns) continue
    const last = tokens[at - 1]?.text ?? ''
    const marked = sentenceMark.test(last) ? 20 : clauseMark.test(last) ? 10 : 0
    const cost = Math.abs(upper - lower) - marked
    if (!best || cost < best.cost) best = {cost, lines}
  }
  return best?.lines ?? filled(tokens)
}

const lineWidth = (tokens: CueToken[]): number => displayWidth(lineText(tokens))

/** The words of one line. */
export const lineText = (tokens: CueToken[]): string =>
  tokens.map(({text, spaced}, index) => (spaced && index > 0 ? ` ${text}` : text)).join('')
