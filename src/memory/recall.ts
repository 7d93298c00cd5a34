import {and, eq, inArray, type SQL, sql} from 'drizzle-orm'
import {facts, messages} from '../store/schema.ts'
import type {Database} from '../store/store.ts'
import {searchTerms} from '../text/search-terms.ts'
import type {Recollection} from './port.ts'

export interface Wanted {
  speaker: string
  text: string
  /** The vector of the text, and the model it is of. */
  vector?: {values: Float32Array; model: string} | undefined
  /** Not what is in this conversation's window: its messages after this ordinal. */
  except?: {conversation: string; after: number} | undefined
  limit: number
  now: Date
}

interface Ranked {
  kind: Recollection['kind']
  id: string
}

/** Of each way of searching. */
const candidates = 50

/** Of reciprocal rank fusion: how little the first ranks differ (Cormack et al. 2009). */
const rankConstant = 60

/** Days after which something counts a third as recent. */
const recentDays = 30

/** How much what is recent, and what is important, is preferred to what is neither. */
const weights = {recency: 0.1, importance: 0.2, assistant: 0.8, replaced: 0.6}

/** What of a person's messages and facts matters to a text: ranks by meaning and by words fused, weighed by age and importance. */
export const recollect = async (db: Database, wanted: Wanted): Promise<Recollection[]> => {
  const lists = [await byMeaning(db, wanted), await byWords(db, wanted)]
  const fused = new Map<string, number>()
  for (const list of lists)
    for (const [rank, {id}] of list.entries()) fused.set(id, (fused.get(id) ?? 0) + 1 / (rankConstant + rank + 1))
  const idsOf = (kind: Ranked['kind']): string[] => [
    ...new Set(
      lists
        .flat()
        .filter(each => each.kind === kind)
        .map(({id}) => id),
    ),
  ]
  const found = [
    ...(await loadFacts(db, wanted.speaker, idsOf('fact'))),
    ...(await loadMessages(db, wanted.speaker, idsOf('message'))),
  ]
  // A fact says the same as the message it was said in, and shorter.
  const asFacts = new Set(found.flatMap(({source}) => source ?? []))
  return found
    .filter(({id}) => !asFacts.has(id))
    .map(({weight, source: _, ...each}) => {
      const days = Math.max(0, wanted.now.getTime() - each.at.getTime()) / 86_400_000
      const recency = 1 + weights.recency * Math.exp(-days / recentDays)
      return {...each, score: (fused.get(each.id) ?? 0) * weight * recency}
    })
    .toSorted((a, b) => b.score - a.score)
    .slice(0, wanted.limit)
}

/** All that may be recalled of a person. */
const material = ({speaker, except}: Wanted): SQL => sql`
  select 'message' as kind, id, words, embedding, embedding_model from messages
  where speaker = ${speaker} and role <> 'tool' and content <> ''
    ${except ? sql`and not (conversation_id = ${except.conversation}::uuid and ordinal > ${except.after})` : sql``}
  union all
  select 'fact', id, words, embedding, embedding_model from facts where speaker = ${speaker} and valid_to is null`

/** By exact search: what one person said is little beside what an index is for, and an index over all people would lose some of it. */
const byMeaning = async (db: Database, wanted: Wanted): Promise<Ranked[]> => {
  if (!wanted.vector) return []
  const {values, model} = wanted.vector
  return rowsOf(
    await db.execute(sql`
      select kind, id from (${material(wanted)}) as mine
      where embedding_model = ${model} and vector_dims(embedding) = ${values.length}
      order by embedding <#> ${`[${values.join(',')}]`}::vector limit ${candidates}`),
  )
}

/** By words: the rarer a word is in what this person said, the more it counts; the longer a text is, the less. */
const byWords = async (db: Database, wanted: Wanted): Promise<Ranked[]> => {
  const terms = searchTerms(wanted.text)
  if (terms.length === 0) return []
  return rowsOf(
    await db.execute(sql`
      with mine as materialized (${material(wanted)}),
      terms as (select term, to_tsquery('simple', term) as asked from jsonb_array_elements_text(${JSON.stringify(terms)}::text::jsonb) as term),
      hits as (select kind, id, words, term from mine join terms on words @@ asked),
      rare as (select term, ln(1 + (select count(*) from mine)::float / count(*)) as weight from hits group by term)
      select kind, id from hits join rare using (term)
      group by kind, id, words order by sum(weight) / ln(8 + length(words)) desc, id limit ${candidates}`),
  )
}

const rowsOf = (result: unknown): Ranked[] => (result as {rows: Ranked[]}).rows

interface Found extends Omit<Recollection, 'score'> {
  weight: number
  /** Of a fact: the message it was said in. */
  source?: string | undefined
}

const loadFacts = async (db: Database, speaker: string, ids: string[]): Promise<Found[]> => {
  if (ids.length === 0) return []
  const rows = await db
    .select()
    .from(facts)
    .where(and(eq(facts.speaker, speaker), inArray(facts.id, ids)))
  return rows.map(({id, text, validFrom, importance, messageId}) => ({
    kind: 'fact',
    id,
    text,
    at: validFrom,
    role: 'user',
    weight: 1 + weights.importance * importance,
    source: messageId ?? undefined,
  }))
}

const loadMessages = async (db: Database, speaker: string, ids: string[]): Promise<Found[]> => {
  if (ids.length === 0) return []
  const told = sql`select 1 from facts where facts.message_id = ${messages.id}`
  const rows = await db
    .select({
      id: messages.id,
      text: messages.content,
      at: messages.createdAt,
      role: messages.role,
      /** It told a fact, and none that is true any more. */
      isReplaced: sql<boolean>`exists (${told}) and not exists (${told} and facts.valid_to is null)`,
    })
    .from(messages)
    .where(and(eq(messages.speaker, speaker), inArray(messages.id, ids)))
  return rows.map(({id, text, at, role, isReplaced}) => ({
    kind: 'message',
    id,
    text,
    at,
    role: role === 'assistant' ? 'assistant' : 'user',
    weight: (role === 'assistant' ? weights.assistant : 1) * (isReplaced ? weights.replaced : 1),
  }))
}
