import {and, desc, eq, isNull, sql} from 'drizzle-orm'
import {EssenceError} from '../kit/errors.ts'
import {conversations, facts, messages} from '../store/schema.ts'
import type {Database} from '../store/store.ts'
import {cleanText, isUuid} from './clean.ts'
import type {Fact} from './port.ts'
import {factsSaid} from './said/facts-said.ts'

/** A fact that is to be kept. */
export type NewFact = Pick<Fact, 'text' | 'subject' | 'provenance'> & Partial<Fact>

const defaultImportance = 0.5

/** The facts of a person, newest first. */
export const factsOf = async (db: Database, speaker: string, past = false): Promise<Fact[]> => {
  const mine = eq(facts.speaker, speaker)
  const rows = await db
    .select()
    .from(facts)
    .where(past ? mine : and(mine, isNull(facts.validTo)))
    .orderBy(desc(facts.validFrom), desc(facts.createdAt), facts.id)
  return rows.map(factOf)
}

/**
 * Keeps a fact, in the place of the one on its subject: the one that has been true for less time counts. What was concluded never takes
 * the place of what was said, and what is known already is not kept twice.
 * @param db a transaction
 */
export const noteFact = async (db: Database, speaker: string, fact: NewFact, now: Date): Promise<Fact> => {
  const text = cleanText(fact.text).trim()
  if (text === '') throw new EssenceError('USAGE', 'A fact without text cannot be remembered.')
  // One after the other: of two facts on one subject at once, both would be true.
  await db.execute(sql`select pg_advisory_xact_lock(hashtext(${speaker}))`)
  const {subject, provenance, importance = defaultImportance, validFrom = now, messageId} = fact
  const current = and(eq(facts.speaker, speaker), isNull(facts.validTo))
  const [known] = await db
    .select()
    .from(facts)
    .where(and(current, sql`lower(${facts.text}) = lower(${text})`))
    .limit(1)
  if (known) return factOf(known)
  const [old] =
    subject === undefined
      ? []
      : await db
          .select()
          .from(facts)
          .where(and(current, eq(facts.subject, subject)))
          .limit(1)
  if (old && provenance === 'concluded' && old.provenance !== 'concluded') return factOf(old)
  const isPast = old !== undefined && old.validFrom > validFrom
  const [row] = await db
    .insert(facts)
    .values({
      speaker,
      text,
      subject,
      provenance,
      importance,
      validFrom,
      messageId,
      createdAt: now,
      ...(isPast ? {validTo: old.validFrom, replacedBy: old.id} : {}),
    })
    .returning()
  if (!row) throw new Error('A fact that was just stored is not there.')
  if (old && !isPast) await db.update(facts).set({validTo: validFrom, replacedBy: row.id}).where(eq(facts.id, old.id))
  return factOf(row)
}

/** Puts a text in the place of a fact that is true now. @param db a transaction @throws FACT_UNKNOWN, USAGE (no text) */
export const correctFact = async (
  db: Database,
  {speaker, id, text, now}: {speaker: string; id: string; text: string; now: Date},
): Promise<Fact> => {
  const wanted = cleanText(text).trim()
  if (wanted === '')
    throw new EssenceError('USAGE', 'The text of a fact cannot be empty.', {
      suggestions: ['To forget it: essence memory erase ID'],
    })
  const [old] = await db
    .update(facts)
    .set({validTo: now})
    .where(and(eq(facts.speaker, speaker), eq(facts.id, knownId(id)), isNull(facts.validTo)))
    .returning()
  if (!old) throw unknownFact(id)
  const {subject, importance} = old
  const values = {speaker, text: wanted, subject, importance, provenance: 'said' as const, validFrom: now}
  const [row] = await db
    .insert(facts)
    .values({...values, createdAt: now})
    .returning()
  if (!row) throw new Error('A fact that was just stored is not there.')
  await db.update(facts).set({replacedBy: row.id}).where(eq(facts.id, old.id))
  return factOf(row)
}

/**
 * Erases a fact, and with it the exchanges it was said in: else it would be found in them again. Summaries of those conversations are
 * made anew.
 * @param db a transaction
 * @throws FACT_UNKNOWN
 */
export const eraseFact = async (db: Database, speaker: string, id: string): Promise<void> => {
  const [fact] = await db
    .delete(facts)
    .where(and(eq(facts.speaker, speaker), eq(facts.id, knownId(id))))
    .returning()
  if (!fact) throw unknownFact(id)
  await db.update(facts).set({replacedBy: null}).where(eq(facts.replacedBy, fact.id))
  const said = await db
    .select({
      id: messages.id,
      conversationId: messages.conversationId,
      ordinal: messages.ordinal,
      content: messages.content,
    })
    .from(messages)
    .where(and(eq(messages.speaker, speaker), eq(messages.role, 'user')))
  const wasIn = said.filter(
    message => message.id === fact.messageId || factsSaid(message.content).some(({text}) => text === fact.text),
  )
  for (const {conversationId, ordinal} of wasIn) {
    // Up to the person's next message: the answer may well repeat it.
    await db.execute(sql`
      delete from ${messages} where ${messages.conversationId} = ${conversationId} and ${messages.ordinal} >= ${ordinal}
      and ${messages.ordinal} < coalesce((select min(later.ordinal) from ${messages} as later
        where later.conversation_id = ${conversationId} and later.ordinal > ${ordinal} and later.role = 'user'), 2147483647)`)
    await db.update(conversations).set({summary: null, summarizedTo: 0}).where(eq(conversations.id, conversationId))
  }
}

const knownId = (id: string): string => {
  if (!isUuid(id)) throw unknownFact(id)
  return id
}

const unknownFact = (id: string): EssenceError =>
  new EssenceError('FACT_UNKNOWN', `Nothing is known of this person under "${id.slice(0, 60)}" that is true now.`, {
    suggestions: ['See what is known: essence memory list'],
  })

const factOf = (row: typeof facts.$inferSelect): Fact => ({
  id: row.id,
  text: row.text,
  subject: row.subject ?? undefined,
  provenance: row.provenance,
  importance: row.importance,
  validFrom: row.validFrom,
  validTo: row.validTo ?? undefined,
  messageId: row.messageId ?? undefined,
})
