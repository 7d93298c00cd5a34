import {randomUUID} from 'node:crypto'
import {and, desc, eq, isNull, sql} from 'drizzle-orm'
import {EssenceError} from '../kit/errors.ts'
import type {Cipher} from '../store/encryption/cipher.ts'
import {wordsOf} from '../store/encryption/words.ts'
import {conversations, facts, messages} from '../store/schema.ts'
import type {Database} from '../store/store.ts'
import {cleanText, isUuid} from './clean.ts'
import {openContent} from './message-rows.ts'
import type {Fact} from './port.ts'
import {factsSaid} from './said/facts-said.ts'

/** A fact that is to be kept. */
export type NewFact = Pick<Fact, 'text' | 'subject' | 'provenance'> & Partial<Fact>

const defaultImportance = 0.5

/** Whose facts, and what they are sealed with. */
interface Whose {
  cipher: Cipher
  speaker: string
}

/** The facts of a person, newest first. */
export const factsOf = async (
  db: Database,
  {cipher, speaker, past}: Whose & {past?: boolean | undefined},
): Promise<Fact[]> => {
  const mine = eq(facts.speaker, speaker)
  const rows = await db
    .select()
    .from(facts)
    .where(past ? mine : and(mine, isNull(facts.validTo)))
    .orderBy(desc(facts.validFrom), desc(facts.createdAt), facts.id)
  return rows.map(row => factOf(cipher, row))
}

/**
 * Keeps a fact, in the place of the one on its subject: the one that has been true for less time counts. What was concluded never takes
 * the place of what was said, and what is known already is not kept twice.
 * @param db a transaction
 */
export const noteFact = async (
  db: Database,
  {cipher, speaker, fact, now}: Whose & {fact: NewFact; now: Date},
): Promise<Fact> => {
  const text = cleanText(fact.text).trim()
  if (text === '') throw new EssenceError('USAGE', 'A fact without text cannot be remembered.')
  // One after the other: of two facts on one subject at once, both would be true.
  await db.execute(sql`select pg_advisory_xact_lock(hashtext(${speaker}))`)
  const {provenance, importance = defaultImportance, validFrom = now, messageId} = fact
  const subject = fact.subject === undefined ? undefined : cleanText(fact.subject)
  // Compared here: the database cannot read what is sealed.
  const current = await factsOf(db, {cipher, speaker})
  const known = current.find(other => other.text.toLowerCase() === text.toLowerCase())
  if (known) return known
  const old = subject === undefined ? undefined : current.find(other => other.subject === subject)
  if (old && provenance === 'concluded' && old.provenance !== 'concluded') return old
  const isPast = old !== undefined && old.validFrom > validFrom
  const kept = await insertFact(db, cipher, {
    ...{speaker, text, subject, provenance, importance, validFrom, messageId, createdAt: now},
    ...(isPast ? {validTo: old.validFrom, replacedBy: old.id} : {}),
  })
  if (old && !isPast) await db.update(facts).set({validTo: validFrom, replacedBy: kept.id}).where(eq(facts.id, old.id))
  return kept
}

const insertFact = async (db: Database, cipher: Cipher, fact: typeof facts.$inferInsert): Promise<Fact> => {
  const row = {id: randomUUID(), speaker: fact.speaker}
  const [kept] = await db
    .insert(facts)
    .values({
      ...fact,
      ...row,
      text: cipher.seal(fact.text, 'facts.text', row),
      subject: fact.subject && cipher.seal(fact.subject, 'facts.subject', row),
      words: wordsOf(cipher, fact.text, fact.speaker),
    })
    .returning()
  if (!kept) throw new Error('A fact that was just stored is not there.')
  return factOf(cipher, kept)
}

/** Puts a text in the place of a fact that is true now. @param db a transaction @throws FACT_UNKNOWN, USAGE (no text) */
export const correctFact = async (
  db: Database,
  {cipher, speaker, id, text, now}: Whose & {id: string; text: string; now: Date},
): Promise<Fact> => {
  const wanted = cleanText(text).trim()
  if (wanted === '')
    throw new EssenceError('USAGE', 'The text of a fact cannot be empty.', {
      suggestions: ['To forget it: essence memory erase ID'],
    })
  const [row] = await db
    .update(facts)
    .set({validTo: now})
    .where(and(eq(facts.speaker, speaker), eq(facts.id, knownId(id)), isNull(facts.validTo)))
    .returning()
  if (!row) throw unknownFact(id)
  const {subject, importance} = factOf(cipher, row)
  const values = {speaker, text: wanted, subject, importance, provenance: 'said' as const, validFrom: now}
  const corrected = await insertFact(db, cipher, {...values, createdAt: now})
  await db.update(facts).set({replacedBy: corrected.id}).where(eq(facts.id, row.id))
  return corrected
}

/**
 * Erases a fact, and with it the exchanges it was said in: else it would be found in them again. Summaries of those conversations are
 * made anew.
 * @param db a transaction
 * @throws FACT_UNKNOWN
 */
export const eraseFact = async (db: Database, {cipher, speaker, id}: Whose & {id: string}): Promise<void> => {
  const [row] = await db
    .delete(facts)
    .where(and(eq(facts.speaker, speaker), eq(facts.id, knownId(id))))
    .returning()
  if (!row) throw unknownFact(id)
  const fact = factOf(cipher, row)
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
    message =>
      message.id === fact.messageId ||
      factsSaid(openContent(cipher, {...message, speaker})).some(({text}) => text === fact.text),
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

const factOf = (cipher: Cipher, row: typeof facts.$inferSelect): Fact => ({
  id: row.id,
  text: cipher.open(row.text, 'facts.text', row),
  subject: row.subject === null ? undefined : cipher.open(row.subject, 'facts.subject', row),
  provenance: row.provenance,
  importance: row.importance,
  validFrom: row.validFrom,
  validTo: row.validTo ?? undefined,
  messageId: row.messageId ?? undefined,
})
