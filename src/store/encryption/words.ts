import {type SQL, sql} from 'drizzle-orm'
import {indexedForms, searchTerms} from '../../text/search-terms.ts'
import type {Cipher} from './cipher.ts'

/** Hashes of one text: far below the megabyte that a `tsvector` may have. */
const maxHashes = 20_000

/** What a text is found by, for a column of type `tsvector`: its words, or, where texts are sealed, hashes of them. */
export const wordsOf = (cipher: Cipher, text: string, speaker: string): SQL => {
  const hash = cipher.hasher(speaker)
  if (!hash) return sql`to_tsvector('simple', ${text})`
  const hashes = indexedForms(text).slice(0, maxHashes).map(hash)
  return sql`array_to_tsvector(array(select jsonb_array_elements_text(${JSON.stringify(hashes)}::text::jsonb)))`
}

/** A word that is looked for: as a prefix among words, and by its hashes, joined by `|`, among those of texts that are sealed. */
export interface WordQuery {
  plain: string
  hashed: string
}

/** The words of a question that are looked for. */
export const wordQueries = (cipher: Cipher, question: string, speaker: string): WordQuery[] => {
  const hashers = cipher.hashers(speaker)
  return searchTerms(question).map(plain => {
    const prefix = plain.replace(/:\*$/, '')
    return {plain, hashed: hashers.map(hash => `'${hash(prefix)}'`).join(' | ')}
  })
}

/** One or more of them, joined by `|`, as a `tsquery`. */
export const asTsquery = (plain: SQL | string, hashed: SQL | string): SQL =>
  sql`(to_tsquery('simple', ${plain}) || ${hashed}::tsquery)`
