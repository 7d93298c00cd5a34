import {and, desc, eq, isNull, lte, or} from 'drizzle-orm'
import type {AskStore} from '../../store/ask-store.ts'
import {apiKeys} from '../../store/schema.ts'
import type {ApiKey, Permission} from '../port.ts'

type Row = typeof apiKeys.$inferSelect

export const apiKeysTable = (ask: AskStore) => ({
  insert: (key: Omit<typeof apiKeys.$inferInsert, 'id' | 'lastUsedAt'>): Promise<ApiKey> =>
    ask(async db => {
      const [row] = await db.insert(apiKeys).values(key).returning()
      return shown(row as Row)
    }),

  byHash: (hash: string): Promise<ApiKey | undefined> =>
    ask(async db => first(await db.select().from(apiKeys).where(eq(apiKeys.hash, hash)))),

  byId: (id: string): Promise<ApiKey | undefined> =>
    ask(async db => first(await db.select().from(apiKeys).where(eq(apiKeys.id, id)))),

  list: (userId?: string): Promise<ApiKey[]> =>
    ask(async db => {
      const wanted = userId === undefined ? undefined : eq(apiKeys.userId, userId)
      return (await db.select().from(apiKeys).where(wanted).orderBy(desc(apiKeys.createdAt))).map(shown)
    }),

  /** @param unlessSince a use later than that is left as it is */
  used: (id: string, now: Date, unlessSince: Date): Promise<void> =>
    ask(async db => {
      const due = or(isNull(apiKeys.lastUsedAt), lte(apiKeys.lastUsedAt, unlessSince))
      await db
        .update(apiKeys)
        .set({lastUsedAt: now})
        .where(and(eq(apiKeys.id, id), due))
    }),

  remove: (id: string): Promise<ApiKey | undefined> =>
    ask(async db => first(await db.delete(apiKeys).where(eq(apiKeys.id, id)).returning())),
})

const first = ([row]: Row[]): ApiKey | undefined => row && shown(row)

const shown = ({id, name, userId, permissions, createdAt, expiresAt, lastUsedAt}: Row): ApiKey => ({
  id,
  name,
  userId,
  permissions: permissions as Permission[],
  createdAt,
  expiresAt: expiresAt ?? undefined,
  lastUsedAt: lastUsedAt ?? undefined,
})
