import {and, asc, count, eq, ilike, type SQL, sql} from 'drizzle-orm'
import type {AskStore} from '../../store/ask-store.ts'
import {users} from '../../store/schema.ts'
import type {Page, Paged, User} from '../port.ts'

/** A person as they are kept. */
export type Person = typeof users.$inferSelect

/** What is changed of one. */
export type PersonChange = Partial<Pick<Person, 'password' | 'roles' | 'status' | 'reason'>>

export interface UserQuery extends Page {
  search?: string | undefined
  status?: User['status'] | 'admin' | undefined
}

export const peopleTable = (ask: AskStore) => ({
  find: (id: string): Promise<Person | undefined> =>
    ask(async db => (await db.select().from(users).where(eq(users.id, id)))[0]),

  /** @returns undefined where the name is taken, in upper or lower case */
  insert: (person: Pick<Person, 'id' | 'roles' | 'password' | 'createdAt'>): Promise<Person | undefined> =>
    ask(async db => (await db.insert(users).values(person).onConflictDoNothing().returning())[0]),

  /** Ends every sign-in, for the generation is another one. @returns undefined where there is no such person */
  update: (id: string, change: PersonChange): Promise<Person | undefined> =>
    ask(async db => {
      const set = {...change, generation: sql`gen_random_uuid()`}
      return (await db.update(users).set(set).where(eq(users.id, id)).returning())[0]
    }),

  signedIn: (id: string, lastLoginAt: Date): Promise<void> =>
    ask(async db => void (await db.update(users).set({lastLoginAt}).where(eq(users.id, id)))),

  remove: (id: string): Promise<boolean> =>
    ask(async db => (await db.delete(users).where(eq(users.id, id)).returning({id: users.id})).length > 0),

  list: ({page, pageSize, search, status}: UserQuery): Promise<Paged<Person>> =>
    ask(async db => {
      const wanted = and(
        search ? ilike(users.id, `%${search.replace(/[\\%_]/g, '\\$&')}%`) : undefined,
        withStatus(status),
      )
      const listed = db.select().from(users).where(wanted).orderBy(asc(users.id))
      const items = await listed.limit(pageSize).offset((page - 1) * pageSize)
      const [counted] = await db.select({total: count()}).from(users).where(wanted)
      return {items, total: counted?.total ?? 0}
    }),
})

const withStatus = (status: UserQuery['status']): SQL | undefined => {
  if (status === 'admin') return sql`${users.roles} @> '["admin"]'::jsonb`
  return status && eq(users.status, status)
}
