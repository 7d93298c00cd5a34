import {sentenceEnd, speakable, undecided} from './sentence-end.ts'

export interface ChunkerOptions {
  /** The first chunk may end at a comma or the like once it has this many characters, to be heard sooner. Default: it may not. */
  minFirstChunkLength?: number | undefined
  /** A sentence longer than this many characters is cut after its last clause. Default 200. */
  softLimit?: number | undefined
  /** A sentence longer than this, without clauses, is cut between words, or anywhere. Default 300. */
  hardLimit?: number | undefined
}

export interface SentenceChunker {
  /** Takes the next piece of the text; gives the sentences that are now surely complete. */
  push(delta: string): string[]
  /** Gives what is left: the text has ended. Afterwards the chunker begins a new text. */
  flush(): string[]
}

const clauseMark = /[,;:،؛–—]/u
const wideClauseMark = /[，、；：]/u
const possibleEnd = /[.!?…؟۔।॥։።។။。！？｡\s]/u

/**
 * Cuts a text into sentences while it is being written. Together the chunks are the text, character by character, and
 * they are the same however it was split into deltas.
 */
export const sentenceChunker = (options: ChunkerOptions = {}): SentenceChunker => {
  const {minFirstChunkLength = Number.POSITIVE_INFINITY, softLimit = 200, hardLimit = 300} = options
  let rest = ''
  let first = true

  const take = (ended: boolean): string[] => {
    const chunks: string[] = []
    // Half a character says nothing yet.
    const half = !ended && /[\ud800-\udbff]$/.test(rest) ? rest.slice(-1) : ''
    rest = rest.slice(0, rest.length - half.length)
    while (rest !== '') {
      const end = chunkEnd(rest, ended, {
        minFirstChunkLength: first ? minFirstChunkLength : Number.POSITIVE_INFINITY,
        softLimit,
        hardLimit,
      })
      if (end === undefined) break
      chunks.push(rest.slice(0, end))
      rest = rest.slice(end)
      first = false
    }
    rest += half
    return chunks
  }

  return {
    push(delta) {
      rest += delta
      return take(false)
    },
    flush() {
      const chunks = take(true)
      first = true
      return chunks
    },
  }
}

type Limits = {[Limit in keyof ChunkerOptions]-?: number}

/**
 * Where the chunk that starts at 0 ends; undefined while that is not known. Decides position by position, each from a
 * bounded stretch of text, and waits where the stretch is not yet known: later text cannot change it.
 */
const chunkEnd = (text: string, ended: boolean, limits: Limits): number | undefined => {
  const word = text.search(speakable)
  for (let at = 0; at < text.length; at++) {
    if (at === limits.softLimit) {
      const clause = lastClauseEnd(text.slice(0, at))
      if (clause > at / 4) return clause
    }
    if (at === limits.hardLimit) return lastWordEnd(text, at)
    const character = text.charAt(at)
    if (at > word && word !== -1 && possibleEnd.test(character)) {
      const end = sentenceEnd(text, at, ended)
      if (end === undecided) return undefined
      if (end !== false) return end
    }
    if (at >= limits.minFirstChunkLength) {
      if (wideClauseMark.test(text.charAt(at - 1))) return at
      if (/\s/.test(character) && clauseMark.test(text.charAt(at - 1))) return at + 1
    }
  }
  return ended ? text.length : undefined
}

/** The position after the last clause, 0 if there is none. */
const lastClauseEnd = (text: string): number => {
  for (let at = text.length; at > 1; at--) {
    if (wideClauseMark.test(text.charAt(at - 1))) return at
    if (/\s/.test(text.charAt(at - 1)) && clauseMark.test(text.charAt(at - 2))) return at
  }
  return 0
}

/** The second half of a surrogate pair, an accent, a joiner. */
const joinsBefore = /[\udc00-\udfff]|\p{M}|\u200d/u

/** The position after the last space up to `limit`, else the last one there that does not tear a character apart. */
const lastWordEnd = (text: string, limit: number): number => {
  for (let at = limit; at > 0; at--) if (/\s/.test(text.charAt(at - 1))) return at
  for (let at = limit; at > 0; at--) if (!joinsBefore.test(text.slice(at, at + 1))) return at
  return limit
}
