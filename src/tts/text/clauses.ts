import {type SentenceChunker, sentenceChunker} from '../../text/sentence-chunker.ts'
import {normalizeText} from '../normalize/normalize.ts'
import type {Prosody} from '../styles.ts'
import {earlyFirstChunk} from './early-first-chunk.ts'
import type {Passage} from './passages.ts'

/** What an engine speaks at once. */
export interface Clause {
  /** Words and punctuation; empty for a silence that stands before the first words, or where there are none. */
  text: string
  prosody: Prosody
  /** ms of silence after it, at the voice's own rate. */
  pauseMs: number
  /** ms of silence that markup asks for instead, at any rate. */
  breakMs?: number | undefined
  /** ISO 639-1, where it is not the voice's own. */
  language?: string | undefined
}

/** Characters from which on the first clause may end at a comma, for early first audio. */
const minFirstChunkLength = 24
/** Characters of a sentence that is cut at its last comma, and of one that is cut between words. */
const limits = {softLimit: 200, hardLimit: 300}
/** The same for a text as it is written, before numbers grow to words. */
const writtenLimits = {softLimit: 1000, hardLimit: 1500}

/**
 * ms of silence after a clause. Read speech pauses for 0.1 to 0.3 s within a sentence, and 0.4 to 1 s between sentences and
 * paragraphs (Campione and Véronis, Speech Prosody 2002); an answer in a conversation takes the shorter end.
 */
export const pauses = {comma: 140, clause: 240, sentence: 380, paragraph: 650}

const closing = `["'”’»›)\\]}」』】）》〉\\s]*$`
const ends: [RegExp, number][] = [
  [new RegExp(`[.!?…؟۔।॥։።。！？｡]${closing}`, 'u'), pauses.sentence],
  [new RegExp(`[;:؛—–；：]${closing}`, 'u'), pauses.clause],
  [new RegExp(`[,،、，]${closing}`, 'u'), pauses.comma],
]

const pauseAfter = (text: string): number => ends.find(([end]) => end.test(text))?.[1] ?? 0

/** Letters, digits and the signs that have a name. Of `!?` alone a voice would read out the names. */
const speakable = /[\p{L}\p{N}\p{S}%&@#]/u

/** Pieces of a text made words between two yields: 5 ms of work, also where none of them has a sound. */
const piecesPerYield = 16

/**
 * Cuts passages into clauses, one by one as they are asked for: at the ends of sentences, a long sentence within, and the
 * first one of all early. Numbers and signs become words before the cut, so neither "3.14" nor "Dr." is torn.
 * @param language ISO 639-1 of the voice, with region where it has one
 * @returns the clauses, and an undefined wherever the event loop may run
 */
export function* clausesOf(passages: Iterable<Passage>, language: string): Generator<Clause | undefined> {
  let pending: Clause | undefined
  let first = true
  let pieces = 0
  for (const passage of passages) {
    if (passage.type === 'pause') {
      pending ??= {text: '', prosody: passage.prosody, pauseMs: 0}
      pending.breakMs = (pending.breakMs ?? 0) + passage.ms
    } else if (passage.type === 'end') {
      if (pending) pending.pauseMs = Math.max(pending.pauseMs, pauses[passage.of])
    } else {
      for (const text of clauseTexts(passage.parts, passage.language ?? language, first)) {
        if (text === undefined) {
          if (++pieces % piecesPerYield === 0) yield undefined
          continue
        }
        if (!speakable.test(text)) {
          // The stop of a sentence whose last word is marked up.
          if (pending) pending.pauseMs = Math.max(pending.pauseMs, pauseAfter(text))
          continue
        }
        if (pending) yield pending
        pending = {
          text: text.trim(),
          prosody: passage.prosody,
          pauseMs: pauseAfter(text),
          language: passage.language,
        }
        first = false
      }
    }
  }
  if (pending) yield pending
}

/** An undefined follows each piece. */
function* clauseTexts(
  parts: {text: string; spoken: boolean}[],
  language: string,
  first: boolean,
): Generator<string | undefined> {
  let early = first
  let chunker: SentenceChunker | undefined
  for (const {text, ends} of normalPieces(parts, language)) {
    chunker ??= sentenceChunker({...limits, minFirstChunkLength: early ? minFirstChunkLength : undefined})
    for (const clause of [...chunker.push(text), ...(ends ? chunker.flush() : [])]) {
      yield* early ? earlyFirstChunk(clause, language) : [clause]
      early &&= !speakable.test(clause)
    }
    if (ends) chunker = undefined
    yield undefined
  }
}

/**
 * The words of a passage, sentence by sentence: a book is not turned into words at once. Where markup parts it, a sentence may go
 * on in the next part; only the passage ends it.
 */
function* normalPieces(
  parts: {text: string; spoken: boolean}[],
  language: string,
): Generator<{text: string; ends: boolean}> {
  const alone = parts.length === 1
  for (const {text, spoken} of parts) {
    if (spoken) yield {text, ends: false}
    else for (const sentence of written(text)) yield {text: normalPiece(sentence, language), ends: alone}
  }
  if (!alone || parts[0]?.spoken) yield {text: '', ends: true}
}

/** A text as it is written, in sentences. */
function* written(text: string): Generator<string> {
  const chunker = sentenceChunker(writtenLimits)
  for (let at = 0; at < text.length; at += 4096) yield* chunker.push(text.slice(at, at + 4096))
  yield* chunker.flush()
}

/** In words; leading and trailing spaces, which part what is marked up from what is around it, stay. */
const normalPiece = (text: string, language: string): string =>
  `${/^\s/.test(text) ? ' ' : ''}${normalizeText(text, language).trim()}${/\S\s+$/.test(text) ? ' ' : ''}`
