import {deflateSync} from 'node:zlib'

/** Above it a text repeats itself (openai/whisper, transcribe.py, `compression_ratio_threshold`). */
const maxCompressionRatio = 2.4

/** Longest loop that is looked for, in words. */
const maxLoopWords = 12

/** Rounds that make a loop; people repeat a word three times. */
const minRounds = 4

/** Bytes of a text to those of its compressed form (openai/whisper, utils.py, `compression_ratio`). */
export const compressionRatio = (text: string): number => {
  const bytes = Buffer.from(text)
  return bytes.length / deflateSync(bytes).length
}

export interface WithoutLoop {
  /** The text with each loop once. */
  text: string
  /** Share of the words that were the repetitions, 0..1. */
  looped: number
}

/** Takes repetitions out of a text that is caught in a loop; another text comes back as it is. */
export const withoutLoop = (text: string): WithoutLoop => {
  if (compressionRatio(text) <= maxCompressionRatio) return {text, looped: 0}
  const words = text.split(/\s+/u).filter(word => word !== '')
  // A script without spaces loops by characters.
  const spaced = words.length >= minRounds
  const units = spaced ? words : [...text]
  const kept: string[] = []
  let at = 0
  while (at < units.length) {
    const loop = loopAt(units, at)
    kept.push(...units.slice(at, at + (loop?.length ?? 1)))
    at += loop ? loop.length * loop.rounds : 1
    // The last round of a loop may be cut off.
    if (loop) while (at < units.length && same(units[at], units[at - loop.length])) at++
  }
  const left = kept.join(spaced ? ' ' : '')
  if (kept.length === units.length) return {text: left, looped: 0}
  // Loops may go round in a longer one, which shows once they are out.
  const rest = withoutLoop(left)
  return {text: rest.text, looped: 1 - (kept.length / units.length) * (1 - rest.looped)}
}

const loopAt = (units: readonly string[], at: number): {length: number; rounds: number} | undefined => {
  for (let length = 1; length <= maxLoopWords; length++) {
    let rounds = 1
    while (rounds * length + at + length <= units.length && repeats(units, at, length, rounds)) rounds++
    if (rounds >= minRounds) return {length, rounds}
  }
  return undefined
}

const repeats = (units: readonly string[], at: number, length: number, round: number): boolean => {
  for (let i = at; i < at + length; i++) if (!same(units[i], units[i + round * length])) return false
  return true
}

const same = (a: string | undefined, b: string | undefined): boolean => bare(a) === bare(b)
const bare = (word: string | undefined): string | undefined => word?.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '')
