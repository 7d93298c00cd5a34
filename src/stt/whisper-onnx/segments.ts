import {type Decoded, tokensPerSecond} from './decode.ts'
import type {SpecialTokens} from './tokens.ts'

/** Length of a position, in ms. */
export const positionMs = 20

/** When the text of a window breaks off, a rest no longer than this is not decoded again. */
export const minRestMs = 1000

/** The tokens of one segment, without times; places in the list of all tokens. */
export interface TokenSpan {
  startMs: number
  endMs: number
  from: number
  to: number
}

export interface Spans {
  spans: TokenSpan[]
  /** How much of the audio is done with; more than that was not written down. */
  doneMs: number
  /** The text had no room for all that was said, and is good as far as it goes: and is no loop: its rate is that of fast speech. */
  full: boolean
}

/**
 * Cuts tokens into segments at their times, as OpenAI's `transcribe` does: a pair of times ends one and begins the next;
 * where the text breaks off after such a pair, or in the middle for want of room (fast speech of 30 s has more than 224 tokens),
 * the rest is to be decoded again from there.
 * @param audioMs length of the audio
 */
export const spansOf = ({tokens, ended}: Decoded, {firstTime}: SpecialTokens, audioMs: number): Spans => {
  const isTime = (token: number | undefined): boolean => token !== undefined && token >= firstTime
  const timeOf = (token: number | undefined): number =>
    Math.min(((token ?? firstTime) - firstTime) * positionMs, audioMs)
  const spans: TokenSpan[] = []
  let startMs = 0
  let from = 0
  let reachedMs = 0
  for (const [i, token] of tokens.entries()) {
    if (!isTime(token)) continue
    const ms = timeOf(token)
    if (i > from) {
      spans.push({startMs, endMs: ms, from, to: i})
      reachedMs = ms
    }
    startMs = ms
    from = i + 1
  }
  const full = !ended && reachedMs > 0 && tokens.length <= (tokensPerSecond * audioMs) / 1000
  const worthIt = full && audioMs - reachedMs > minRestMs
  if (from < tokens.length && !worthIt) spans.push({startMs, endMs: audioMs, from, to: tokens.length})
  const brokenOff = tokens.length > 2 && isTime(tokens.at(-1)) && isTime(tokens.at(-2))
  return {spans, doneMs: (worthIt || brokenOff) && reachedMs > 0 ? reachedMs : audioMs, full}
}
