import {type SQL, sql} from 'drizzle-orm'
import type {Database} from '../store/store.ts'
import {searchTerms} from '../text/search-terms.ts'
import type {DocumentSearch, Passage} from './port.ts'
import {type VectorSpace, vectorsOf} from './vectors.ts'

export interface Wanted extends Pick<DocumentSearch, 'owner' | 'documents'> {
  text: string
  limit: number
  /** The vector of the text, and the space it lies in. */
  vector?: (VectorSpace & {value: string}) | undefined
}

/** Of each way of searching. */
const candidates = 50

/** What the index looks at: measured, 100 finds all of the first ten among 100,000. */
const efSearch = 100

/** Chunks that are looked at for one word. */
const maxHits = 200

/** A word in as many chunks says hardly anything. */
const commonHits = sql.raw('1000.0')

/** Of reciprocal rank fusion: how little the first ranks differ (Cormack et al. 2009). */
const rankConstant = 60

/** Parts of documents that match a text by meaning and by words: ranks fused, best first. */
export const findPassages = async (db: Database, wanted: Wanted): Promise<Passage[]> => {
  if (wanted.limit <= 0 || wanted.documents?.length === 0) return []
  const lists = [wanted.vector ? await byMeaning(db, wanted, wanted.vector) : [], await byWords(db, wanted)]
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

/** What of all documents a person may see, and asks for. */
const visible = ({owner, documents}: Pick<Wanted, 'owner' | 'documents'>): SQL => {
  const theirs =
    owner === undefined ? sql`documents.owner is null` : sql`(documents.owner is null or documents.owner = ${owner})`
  return documents
    ? sql`${theirs} and documents.id::text = any(select jsonb_array_elements_text(${JSON.stringify(documents)}::text::jsonb))`
    : theirs
}

/**
 * By the index, which knows nothing of owners: what it finds is the nearest of all; where too little of that may be seen, or the index
 * says less than there is, what may be seen is searched exactly.
 */
export const byMeaning = async (
  db: Database,
  wanted: Pick<Wanted, 'owner' | 'documents'>,
  {value, ...space}: VectorSpace & {value: string},
): Promise<string[]> => {
  const {vector, ofModel} = vectorsOf(space)
  const query = sql.raw(`'${value}'::vector(${space.dimension})`)
  const near = await db.transaction(async tx => {
    await tx.execute(sql.raw(`set local hnsw.ef_search = ${efSearch}`))
    return rowsOf<{id: string}>(
      tx,
      sql`
        with near as materialized (
          select id, document_id, ${vector} <=> ${query} as distance from chunks
          where ${ofModel} order by ${vector} <=> ${query} limit ${efSearch})
        select near.id from near join documents on documents.id = document_id
        where ${visible(wanted)} order by distance limit ${candidates}`,
    )
  })
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

/**
 * By words: the rarer a word is, the more it counts; the longer a chunk is, the less. Of a word that is everywhere only some chunks are
 * looked at, and those that have all the words.
 */
const byWords = async (db: Database, wanted: Wanted): Promise<string[]> => {
  const terms = searchTerms(wanted.text)
  if (terms.length === 0) return []
  const hits = (asked: SQL): SQL => sql`
    select chunks.id, words from chunks join documents on documents.id = document_id
    where words @@ ${asked} and ${visible(wanted)} limit ${maxHits}`
  const rows = await rowsOf<{id: string}>(
    db,
    sql`
      with terms as materialized (
        select term, to_tsquery('simple', term) as asked
        from jsonb_array_elements_text(${JSON.stringify(terms)}::text::jsonb) as term),
      hits as materialized (
        select term, asked, hit.id, hit.words from terms cross join lateral (${hits(sql`asked`)}) as hit),
      weights as materialized (select asked, ln(1 + ${commonHits} / count(*)) as weight from hits group by term, asked),
      found as (
        select id, words from hits union
        select id, words from (${hits(sql`to_tsquery('simple', ${terms.join(' & ')})`)}) as whole)
      select id from found join weights on words @@ asked
      group by id, words order by sum(weight) / ln(8 + length(words)) desc, id limit ${candidates}`,
  )
  return rows.map(({id}) => id)
}

const rowsOf = async <T>(db: Database, query: SQL): Promise<T[]> =>
  ((await db.execute(query)) as unknown as {rows: T[]}).rows
