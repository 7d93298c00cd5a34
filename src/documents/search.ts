import {sql} from 'drizzle-orm'
import {rowsOf} from '../store/rows-of.ts'
import type {Database} from '../store/store.ts'
import type {Passage} from './port.ts'
import {type VectorSpace, vectorsOf} from './vectors.ts'
import {type Seen, visible} from './visible.ts'
import {byWords, type WantedWords} from './word-search.ts'

export interface Wanted extends WantedWords {
  /** The vector of the text, and the space it lies in. */
  vector?: (VectorSpace & {value: string}) | undefined
}

/** Of what is found by meaning, best first. */
const candidates = 50

/** What the index looks at: measured, 100 finds all of the first ten among 100,000. */
const efSearch = 100

/** Of reciprocal rank fusion: how little the first ranks differ (Cormack et al. 2009). */
const rankConstant = 60

/** Parts of documents that match a text by meaning and by words: ranks fused, best first. */
export const findPassages = async (db: Database, wanted: Wanted): Promise<Passage[]> => {
  if (wanted.limit <= 0 || wanted.documents?.length === 0) return []
  const lists = await Promise.all([wanted.vector ? byMeaning(db, wanted, wanted.vector) : [], byWords(db, wanted)])
  const scores = new Map<string, number>()
  for (const list of lists)
    for (const [rank, id] of list.entries()) scores.set(id, (scores.get(id) ?? 0) + 1 / (rankConstant + rank + 1))
  const best = [...scores].toSorted(([, a], [, b]) => b - a).slice(0, wanted.limit)
  if (best.length === 0) return []
  const rows = await rowsOf<{
    id: string
    text: string
    page: number | null
    headings: string[]
    document: string
    name: string
  }>(
    db,
    sql`
      select chunks.id, text, page, headings, documents.id as document, name
      from chunks join documents on documents.id = document_id
      where chunks.id in (${sql.join(
        best.map(([id]) => sql`${id}::uuid`),
        sql`, `,
      )}) and ${visible(wanted)}`,
  )
  const found = new Map(rows.map(row => [row.id, row]))
  return best.flatMap(([id, score]) => {
    const row = found.get(id)
    if (!row) return []
    const {text, page, headings, document, name} = row
    return {id, text, score, headings, page: page ?? undefined, document: {id: document, name}}
  })
}

/**
 * By the index, which knows nothing of owners: what it finds is the nearest of all; where too little of that may be seen, or the index
 * says less than there is, what may be seen is searched exactly.
 */
export const byMeaning = async (
  db: Database,
  wanted: Seen,
  {value, ...space}: VectorSpace & {value: string},
): Promise<string[]> => {
  const {vector, ofModel} = vectorsOf(space)
  const query = sql.raw(`'${value}'::vector(${space.dimension})`)
  // Looked at before the scan begins, and in force until this statement ends.
  const thorough = sql`(select set_config('hnsw.ef_search', ${String(efSearch)}, true)) is not null`
  const near = await rowsOf<{id: string}>(
    db,
    sql`
      with near as materialized (
        select id, document_id, ${vector} <=> ${query} as distance from chunks
        where ${ofModel} and ${thorough} order by ${vector} <=> ${query} limit ${efSearch})
      select near.id from near join documents on documents.id = document_id
      where ${visible(wanted)} order by distance limit ${candidates}`,
  )
  if (near.length === candidates) return near.map(({id}) => id)
  const exact = await rowsOf<{id: string}>(
    db,
    sql`
      with mine as materialized (
        select chunks.id, embedding from chunks join documents on documents.id = document_id
        where ${ofModel} and ${visible(wanted)})
      select id from mine order by ${vector} <=> ${query} limit ${candidates}`,
  )
  return exact.map(({id}) => id)
}
