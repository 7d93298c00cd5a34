import {type SQL, sql} from 'drizzle-orm'
import {rowsOf} from '../store/rows-of.ts'
import type {Database} from '../store/store.ts'
import {searchTerms} from '../text/search-terms.ts'
import {type Seen, visible} from './visible.ts'

export interface WantedWords extends Seen {
  text: string
  /** Chunks that are enough: where rare words find fewer, those with common words are looked at, too. */
  limit: number
}

/** A word, and in how many chunks the planner of the database expects it. */
interface Term {
  term: string
  expected: number
}

/** Of what is found, best first. */
const candidates = 50

/** Chunks that are looked at for one word, and for pairs of them. */
const [maxHits, maxPairHits] = [100, 200]

/** A word in as many chunks says hardly anything. */
const commonHits = sql.raw('1000.0')

/** So many chunks at most, or that share of all, are few: PostgreSQL expects no fewer of any beginning of a word that it does not know. */
const [few, rareShare] = [500, 0.005]

/** Chunks in an index's lists that are read at once, or that share of all: what takes the time, by measurement. */
const [affordable, affordableShare] = [10_000, 0.1]

const maxPairs = 60

/**
 * Chunks by words: the rarer a word is, the more it counts; the longer a chunk is, the less. Lists of common words take long to read and
 * say little: chunks are found by the rare words, and by two words that are not too common; all of the words rank them.
 */
export const byWords = async (db: Database, wanted: WantedWords): Promise<string[]> => {
  const words = searchTerms(wanted.text)
  if (words.length === 0) return []
  const {terms, all} = await expectedHits(db, words)
  const telling = withinBudget(terms, Math.max(affordable, affordableShare * all))
  const alone = telling.filter(({expected}, index) => index === 0 || expected <= Math.max(few, rareShare * all))
  const found = await ranked(db, wanted, {terms, alone, together: telling})
  // A rare word may be a misspelt one, or stand only in what others own.
  return found.length >= wanted.limit || alone.length === terms.length
    ? found
    : ranked(db, wanted, {terms, alone: terms, together: telling})
}

/** What the planner expects of each word, rarest first: a matter of a millisecond, where counting is one of many. */
const expectedHits = async (db: Database, words: string[]): Promise<{terms: Term[]; all: number}> => {
  // A limit, so that no part is planned for several workers, of which each would have its share.
  const part = (where: SQL): SQL => sql`(select 1 from chunks where ${where} limit 1000000000)`
  const parts = [part(sql`true`), ...words.map(term => part(sql`words @@ ${tsquery(term)}`))]
  const [plan] = await rowsOf<{'QUERY PLAN': [{Plan: {Plans: {'Plan Rows': number}[]}}]}>(
    db,
    sql`explain (format json) ${sql.join(parts, sql` union all `)}`,
  )
  const [all = 0, ...expected] = plan?.['QUERY PLAN'][0].Plan.Plans.map(node => node['Plan Rows']) ?? []
  const terms = words.map((term, index) => ({term, expected: expected[index] ?? all}))
  return {terms: terms.toSorted((a, b) => a.expected - b.expected), all}
}

/** The first words, at least one, in no more chunks together. */
const withinBudget = (terms: Term[], budget: number): Term[] => {
  let sum = 0
  return terms.filter(({expected}, index) => {
    sum += expected
    return index === 0 || sum <= budget
  })
}

interface Lookup {
  /** All words, which rank. */
  terms: Term[]
  /** Of them, first ones: each finds chunks. */
  alone: Term[]
  /** Any two of them find chunks. */
  together: Term[]
}

const ranked = async (db: Database, wanted: Seen, {terms, alone, together}: Lookup): Promise<string[]> => {
  const hits = (term: number | null, asked: SQL, limit: number): SQL => sql`
    (select ${term}::int as term, chunks.id, words from chunks join documents on documents.id = document_id
    where words @@ ${asked} and ${visible(wanted)} limit ${limit})`
  const pairs = together.flatMap(({term}, index) => together.slice(index + 1).map(other => `${term} & ${other.term}`))
  const lookups = alone.map(({term}, index) => hits(index, tsquery(term), maxHits))
  if (pairs.length > 0) lookups.push(hits(null, tsquery(pairs.slice(0, maxPairs).join(' | ')), maxPairHits))
  const values = terms.map(({term, expected}, index) => sql`(${index}::int, ${tsquery(term)}, ${expected}::float)`)
  const rows = await rowsOf<{id: string}>(
    db,
    sql`
      with hits as materialized (${sql.join(lookups, sql` union all `)}),
      counts as (select term, count(*) as hits from hits group by term),
      weights as materialized (
        select asked, ln(1 + ${commonHits} / greatest(1, case when hits < ${maxHits} then hits else expected end)) as weight
        from (values ${sql.join(values, sql`, `)}) as terms(term, asked, expected) left join counts using (term)),
      found as materialized (select distinct on (id) id, words from hits)
      select id from found join weights on words @@ asked
      group by id, length(words) order by sum(weight) / ln(8 + length(words)) desc, id limit ${candidates}`,
  )
  return rows.map(({id}) => id)
}

const tsquery = (terms: string): SQL => sql`to_tsquery('simple', ${terms})`

/**
 * Keeps what searches by words stand on: what is new in the index itself instead of a list beside it, and how common words are. For the
 * embedded database, which does nothing of that by itself.
 */
export const tidyWords = async (db: Database): Promise<void> => {
  await db.execute(sql`select gin_clean_pending_list('chunks_words')`)
  const [state] = await rowsOf<{stale: boolean}>(
    db,
    sql`
      select (select count(*) from chunks) not between 0.8 * reltuples and 1.25 * reltuples
        or not exists (select from pg_stats where schemaname = current_schema() and tablename = 'chunks' and attname = 'words') as stale
      from pg_class where oid = 'chunks'::regclass`,
  )
  if (state?.stale) await db.execute(sql`analyze chunks (words)`)
}
