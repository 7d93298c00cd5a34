import {and, eq, gt, isNull, lt} from 'drizzle-orm'
import type {AskStore} from '../../store/ask-store.ts'
import {refreshTokens, users} from '../../store/schema.ts'
import type {Person} from './people.ts'

type NewRefreshToken = Omit<typeof refreshTokens.$inferInsert, 'id' | 'spentAt' | 'revokedAt'>
type KeptRefreshToken = typeof refreshTokens.$inferSelect

export interface Rotation {
  hash: string
  now: Date
  /** Of what takes its place. */
  next: {hash: string; expiresAt: Date; address: string; device: string | undefined}
}

export const refreshTokensTable = (ask: AskStore) => ({
  insert: (token: NewRefreshToken): Promise<void> =>
    ask(async db => void (await db.insert(refreshTokens).values(token))),

  find: (hash: string): Promise<KeptRefreshToken | undefined> =>
    ask(async db => (await db.select().from(refreshTokens).where(eq(refreshTokens.hash, hash)))[0]),

  /**
   * Spends a token and keeps the next one. Of several that try at the same moment one succeeds, for the condition is in the statement.
   * @returns whose it is; undefined where it is spent, revoked or expired, or its person has changed since
   */
  rotate: ({hash, now, next}: Rotation): Promise<Person | undefined> =>
    ask(db =>
      db.transaction(async tx => {
        const [spent] = await tx
          .update(refreshTokens)
          .set({spentAt: now})
          .from(users)
          .where(
            and(
              eq(refreshTokens.hash, hash),
              isNull(refreshTokens.spentAt),
              isNull(refreshTokens.revokedAt),
              gt(refreshTokens.expiresAt, now),
              eq(users.id, refreshTokens.userId),
              eq(users.status, 'active'),
              eq(users.generation, refreshTokens.generation),
            ),
          )
          .returning()
        if (!spent) return undefined
        const {users: person, family, userId, generation} = spent
        await tx.insert(refreshTokens).values({...next, family, userId, generation, createdAt: now})
        return person
      }),
    ),

  revokeFamily: (family: string, now: Date): Promise<boolean> =>
    ask(async db => {
      const alive = and(eq(refreshTokens.family, family), isNull(refreshTokens.revokedAt))
      const revoked = await db
        .update(refreshTokens)
        .set({revokedAt: now})
        .where(alive)
        .returning({id: refreshTokens.id})
      return revoked.length > 0
    }),

  /** Whether a person has signed in from an address, as far back as tokens are kept. */
  cameFrom: (userId: string, address: string): Promise<boolean> =>
    ask(async db => {
      const theirs = and(eq(refreshTokens.userId, userId), eq(refreshTokens.address, address))
      return (await db.select({id: refreshTokens.id}).from(refreshTokens).where(theirs).limit(1)).length > 0
    }),

  forgetExpired: (now: Date): Promise<void> =>
    ask(async db => void (await db.delete(refreshTokens).where(lt(refreshTokens.expiresAt, now)))),
})
