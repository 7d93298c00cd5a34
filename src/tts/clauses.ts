import {sentenceChunker} from '../text/sentence-chunker.ts'
import {hurried} from './first-clause.ts'
import {normalizeText} from './normalize/normalize.ts'
import type {Passage} from './passages.ts'
import type {Prosody} from './styles.ts'

/** What an engine speaks at once. */
export interface Clause {
  /** Words and punctuation; empty for a silence that stands before the first words. */
  text: string
  prosody: Prosody
  /** ms of silence after it, at the voice's own rate. */
  pauseMs: number
  /** ms of silence that markup asks for instead, at any rate. */
  breakMs?: number
}

/** Characters from which on the first clause may end at a comma: first audio leaves early. */
const firstClauseLength = 24
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

/**
 * Cuts passages into clauses, one by one as they are asked for: at the ends of sentences, a long sentence within, and the
 * first one of all early. Numbers and signs become words before the cut, so neither "3.14" nor "Dr." is torn.
 * @param language ISO 639-1 of the voice, with region where it has one
 */
export function* clausesOf(passages: Iterable<Passage>, language: string): Generator<Clause> {
  let pending: Clause | undefined
  let first = true
  for (const passage of passages) {
    if (passage.type === 'pause') {
      pending ??= {text: '', prosody: passage.prosody, pauseMs: 0}
      pending.breakMs = (pending.breakMs ?? 0) + passage.ms
    } else if (passage.type === 'end') {
      if (pending) pending.pauseMs = Math.max(pending.pauseMs, pauses[passage.of])
    } else {
      for (const text of clauseTexts(passage.parts, language, first)) {
        if (!speakable.test(text)) {
          // The stop of a sentence whose last word is marked up.
          if (pending) pending.pauseMs = Math.max(pending.pauseMs, pauseAfter(text))
          continue
        }
        if (pending) yield pending
        pending = {text: text.trim(), prosody: passage.prosody, pauseMs: pauseAfter(text)}
        first = false
      }
    }
  }
  if (pending && pending.text !== '') yield pending
}

function* clauseTexts(parts: {text: string; spoken: boolean}[], language: string, first: boolean): Generator<string> {
  let early = first
  for (const sentence of normalSentences(parts, language)) {
    const chunker = sentenceChunker({...limits, ...(early ? {firstClauseLength} : {})})
    const [opening, ...others] = [...chunker.push(sentence), ...chunker.flush()]
    if (opening !== undefined) yield* early ? hurried(opening, language) : [opening]
    yield* others
    early &&= !speakable.test(sentence)
  }
}

/** The words of a passage, sentence by sentence where it is plain text: a book is not turned into words at once. */
function* normalSentences(parts: {text: string; spoken: boolean}[], language: string): Generator<string> {
  const [only] = parts
  if (parts.length > 1 || !only || only.spoken) {
    // The spaces at the edges part what is marked up from what is around it.
    const normal = (text: string): string =>
      `${/^\s/.test(text) ? ' ' : ''}${normalizeText(text, language).trim()}${/\S\s+$/.test(text) ? ' ' : ''}`
    yield parts.map(({text, spoken}) => (spoken ? text : normal(text))).join('')
    return
  }
  const chunker = sentenceChunker(writtenLimits)
  for (let at = 0; at < only.text.length; at += 4096) {
    for (const sentence of chunker.push(only.text.slice(at, at + 4096))) yield normalizeText(sentence, language)
  }
  for (const sentence of chunker.flush()) yield normalizeText(sentence, language)
}
