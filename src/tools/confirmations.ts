import {randomUUID} from 'node:crypto'
import {and, desc, eq, gt, isNull} from 'drizzle-orm'
import {askStore} from '../store/ask-store.ts'
import {confirmations} from '../store/schema.ts'
import type {Store} from '../store/store.ts'
import type {Confirmation, ToolContext} from './port.ts'

type Person = Pick<ToolContext, 'speaker' | 'session'>

export interface Confirmations {
  ask(person: Person, asked: Pick<Confirmation, 'tool' | 'arguments' | 'question'>): Promise<Confirmation>
  /** Of this person: what was asked last and is still open. */
  pending(person: Person): Promise<Confirmation | undefined>
  /** One of this person that is still open. */
  find(person: Person, id: string): Promise<Confirmation | undefined>
  /** Answers it. Of any number of answers at once, one gets true: the database decides. */
  answer(person: Person, id: string, accepted: boolean): Promise<boolean>
}

export interface ConfirmationOptions {
  store: Store
  /** ms a question stays open. */
  openMs: number
  now: () => Date
}

const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i

/**
 * Questions whose answer decides whether something is done, kept in the database: they survive the process. All of it throws
 * STORE_UNAVAILABLE where the database cannot be used.
 */
export const openConfirmations = ({store, openMs, now}: ConfirmationOptions): Confirmations => {
  const ask = askStore(store)
  const {cipher} = store
  const {id, tool, arguments: exact, question, expiresAt} = confirmations
  const columns = {id, tool, arguments: exact, question, expiresAt}
  const opened = (row: Confirmation, speaker: string): Confirmation => ({
    ...row,
    arguments: cipher.open(row.arguments, 'confirmations.arguments', {id: row.id, speaker}),
    question: cipher.open(row.question, 'confirmations.question', {id: row.id, speaker}),
  })
  const open = ({speaker, session}: Person) =>
    and(
      eq(confirmations.speaker, speaker),
      eq(confirmations.session, session),
      isNull(confirmations.decidedAt),
      gt(confirmations.expiresAt, now()),
    )
  return {
    async ask({speaker, session}, asked) {
      const createdAt = now()
      const expiresAt = new Date(createdAt.getTime() + openMs)
      const row = {id: randomUUID(), speaker}
      const sealed = {
        tool: asked.tool,
        arguments: cipher.seal(asked.arguments, 'confirmations.arguments', row),
        question: cipher.seal(asked.question, 'confirmations.question', row),
      }
      await ask(db => db.insert(confirmations).values({...sealed, ...row, session, createdAt, expiresAt}))
      return {...asked, id: row.id, expiresAt}
    },
    async pending(person) {
      const [row] = await ask(db =>
        db.select(columns).from(confirmations).where(open(person)).orderBy(desc(confirmations.createdAt)).limit(1),
      )
      return row && opened(row, person.speaker)
    },
    async find(person, wanted) {
      if (!uuid.test(wanted)) return undefined
      const [row] = await ask(db =>
        db
          .select(columns)
          .from(confirmations)
          .where(and(open(person), eq(id, wanted))),
      )
      return row && opened(row, person.speaker)
    },
    async answer(person, wanted, accepted) {
      const answered = await ask(db =>
        db
          .update(confirmations)
          .set({decidedAt: now(), accepted})
          .where(and(open(person), eq(id, wanted)))
          .returning({id}),
      )
      return answered.length === 1
    },
  }
}
