import {charactersOf, displayWidth} from '../../kit/display-width.ts'
import {unspaced} from '../../text/join-texts.ts'
import type {TranscriptSegment} from '../port.ts'

/** A piece of text that stays on one line; times in ms. */
export interface CueToken {
  text: string
  /** Whether a space stands before it, where it does not begin a line. */
  spaced: boolean
  startMs: number
  endMs: number
}

const wordSegmenter = new Intl.Segmenter(undefined, {granularity: 'word'})

/**
 * The words of a segment with their times: as the engine gave them, else shared out over the segment by their length.
 * @param maxColumns columns that fit on a line: a longer word is broken
 */
export const cueTokens = (segment: TranscriptSegment, maxColumns: number): CueToken[] => {
  const {startMs, endMs} = segment
  const known = segment.words?.filter(({text}) => text.trim() !== '') ?? []
  if (known.length > 0) {
    const tokens = known.flatMap(word => spread(piecesOf(word.text, maxColumns), word.startMs, word.endMs))
    return tokens.map((token, index) => ({...token, spaced: token.spaced && !joined(tokens[index - 1], token)}))
  }
  return spread(piecesOf(segment.text, maxColumns), startMs, endMs)
}

/** Between two words of a script without spaces stands none, however the engine cut them. */
export const joined = (before: CueToken | undefined, after: CueToken): boolean =>
  before !== undefined && unspaced.test(before.text) && unspaced.test(after.text)

interface Piece {
  text: string
  spaced: boolean
}

const piecesOf = (text: string, maxColumns: number): Piece[] =>
  // Controls would break the lines of a file, or end a cue.
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .split(/\s+/u)
    .filter(word => word !== '')
    .flatMap(word =>
      (unspaced.test(word) ? withoutSpaces(word) : [word])
        .flatMap(part => brokenUp(part, maxColumns))
        .map((part, index) => ({text: part, spaced: index === 0})),
    )

/** Words of a text that has no spaces; punctuation stays with the word before it. */
const withoutSpaces = (text: string): string[] => {
  const words: string[] = []
  for (const {segment, isWordLike} of wordSegmenter.segment(text)) {
    if (isWordLike || words.length === 0) words.push(segment)
    else words[words.length - 1] += segment
  }
  return words
}

const brokenUp = (word: string, maxColumns: number): string[] => {
  if (displayWidth(word) <= maxColumns) return [word]
  const parts: string[] = ['']
  for (const character of charactersOf(word)) {
    const last = parts.at(-1) ?? ''
    if (displayWidth(last + character) > maxColumns) parts.push(character)
    else parts[parts.length - 1] = last + character
  }
  return parts
}

/** Pieces with their shares of a stretch of time, by their number of characters. */
const spread = (pieces: Piece[], startMs: number, endMs: number): CueToken[] => {
  const total = pieces.reduce((sum, {text}) => sum + text.length, 0)
  let before = 0
  const timeAt = (): number => Math.round(startMs + ((endMs - startMs) * before) / Math.max(total, 1))
  return pieces.map(piece => {
    const start = timeAt()
    before += piece.text.length
    return {...piece, startMs: start, endMs: timeAt()}
  })
}
