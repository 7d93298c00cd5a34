import {type SQL, sql} from 'drizzle-orm'
import type {Cipher} from '../store/encryption/cipher.ts'
import {asTsquery, wordQueries} from '../store/encryption/words.ts'
import type {Database} from '../store/store.ts'
import type {Recollection} from './port.ts'

export interface Wanted {
  speaker: string
  text: string
  /** The vector of the text, and the model it is of. */
  vector?: {values: Float32Array; model: string} | undefined
  /** Not what is in this conversation's window: its messages after this ordinal. */
  except?: {conversation: string; after: number} | undefined
  limit: number
}

/** Of each way of searching. */
const candidates = 100

/** Of reciprocal rank fusion (Cormack et al. 2009, who took 60): less, so that a better rank counts for more than the weights below. */
const rankConstant = 20

/** How much is preferred: the newest of what was found to the oldest, what is important, June's own words, what is no longer true. */
const weights = {newest: 0.08, importance: 0.2, assistant: 0.8, replaced: 0.6}

interface Found extends Omit<Recollection, 'score'> {
  importance: number
  /** Of a fact: the message it was said in. */
  source: string | null
  /** A message that told facts, none of which is true any more. */
  replaced: boolean
}

/** What of a person's messages and facts matters to a text: ranks by meaning and by words fused, weighed by age and importance. */
export const recollect = async (db: Database, cipher: Cipher, wanted: Wanted): Promise<Recollection[]> => {
  const lists = [await byMeaning(db, cipher, wanted), await byWords(db, cipher, wanted)]
  const fused = new Map<string, {found: Found; score: number}>()
  for (const list of lists)
    for (const [rank, found] of list.entries()) {
      const score = (fused.get(found.id)?.score ?? 0) + 1 / (rankConstant + rank + 1)
      fused.set(found.id, {found, score})
    }
  const all = [...fused.values()].toSorted((a, b) => a.found.at.getTime() - b.found.at.getTime())
  // A fact says the same as the message it was said in, and shorter.
  const asFacts = new Set(all.flatMap(({found}) => found.source ?? []))
  return all
    .map(({found, score}, age) => ({...recollectionOf(found), score: score * weightOf(found, age / all.length)}))
    .filter(({id}) => !asFacts.has(id))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, wanted.limit)
}

const recollectionOf = ({kind, id, text, at, role}: Found): Omit<Recollection, 'score'> => ({kind, id, text, at, role})

/** @param newness from 0, the oldest that was found, to below 1 */
const weightOf = ({importance, role, replaced}: Found, newness: number): number =>
  (1 + weights.importance * importance) *
  (1 + weights.newest * newness) *
  (role === 'assistant' ? weights.assistant : 1) *
  (replaced ? weights.replaced : 1)

/** All that may be recalled of a person. @param column what it is searched by, beside the columns of what is found */
const material = ({speaker, except}: Wanted, column: SQL, where: SQL): SQL => sql`
  select 'message' as kind, id, content as text, created_at as at, role, 0::float as importance, null::uuid as source, ${column}
  from messages where speaker = ${speaker} and role <> 'tool' and content <> '' and ${where}
    ${except ? sql`and not (conversation_id = ${except.conversation}::uuid and ordinal > ${except.after})` : sql``}
  union all
  select 'fact', id, text, valid_from, 'user', importance, message_id, ${column}
  from facts where speaker = ${speaker} and valid_to is null and ${where}`

/** By exact search: what one person said is little beside what an index is for, and an index over all people would lose some of it. */
const byMeaning = async (db: Database, cipher: Cipher, wanted: Wanted): Promise<Found[]> => {
  if (!wanted.vector) return []
  const {values, model} = wanted.vector
  const distance = sql`embedding <#> ${`[${values.join(',')}]`}::vector as distance`
  const comparable = sql`embedding_model = ${model} and vector_dims(embedding) = ${values.length}`
  const nearest = sql`${material(wanted, distance, comparable)} order by distance, at desc limit ${candidates}`
  return foundBy(db, {cipher, speaker: wanted.speaker, search: nearest})
}

/** By words: the rarer a word is in what this person said, the more it counts; the longer a text is, the less. */
const byWords = async (db: Database, cipher: Cipher, wanted: Wanted): Promise<Found[]> => {
  const {speaker} = wanted
  const terms = wordQueries(cipher, wanted.text, speaker)
  if (terms.length === 0) return []
  const any = (of: readonly string[]): string => of.filter(query => query !== '').join(' | ')
  const hasAny = sql`words @@ ${asTsquery(any(terms.map(({plain}) => plain)), any(terms.map(({hashed}) => hashed)))}`
  return foundBy(db, {
    cipher,
    speaker,
    search: sql`
      with hit as materialized (${material(wanted, sql`words`, hasAny)}),
      said as (select count(*)::float as number from messages where speaker = ${wanted.speaker}),
      terms as (select plain as term, ${asTsquery(sql`plain`, sql`hashed`)} as asked
        from jsonb_to_recordset(${JSON.stringify(terms)}::text::jsonb) as term(plain text, hashed text)),
      counted as (select hit.id, term from hit join terms on hit.words @@ asked),
      rare as (select term, ln(1 + (select number from said) / count(*)) as weight from counted group by term),
      scored as (select id, sum(weight) as score from counted join rare using (term) group by id)
      select hit.* from hit join scored using (id) order by score / ln(8 + length(words)) desc, at desc limit ${candidates}`,
  })
}

/** What a search finds, in its order, each text once: said again it tells nothing new. */
const foundBy = async (
  db: Database,
  {cipher, speaker, search}: {cipher: Cipher; speaker: string; search: SQL},
): Promise<Found[]> => {
  const told = sql`select from facts where facts.message_id = found.id`
  const result = await db.execute(sql`
    select kind, id, text, at, role, importance, source,
      kind = 'message' and exists (${told}) and not exists (${told} and facts.valid_to is null) as replaced
    from (${search}) as found`)
  const {rows} = result as unknown as {rows: (Omit<Found, 'at'> & {at: string})[]}
  const texts = new Map<string, Found>()
  for (const row of rows) {
    const text = cipher.open(row.text, row.kind === 'fact' ? 'facts.text' : 'messages.content', {id: row.id, speaker})
    if (!texts.has(text)) texts.set(text, {...row, text, at: new Date(row.at)})
  }
  return [...texts.values()]
}
