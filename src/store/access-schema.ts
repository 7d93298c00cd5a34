import {sql} from 'drizzle-orm'
import {bigint, index, jsonb, pgTable, text, uniqueIndex, uuid} from 'drizzle-orm/pg-core'
import {createdAt, id, moment} from './columns.ts'

// Who may do what (src/access). The gateway keeps these in a database of its own where there is no PostgreSQL.

export const users = pgTable(
  'users',
  {
    /** The name too: what a person says to sign in, and what their conversations are kept under. */
    id: text('id').primaryKey(),
    roles: jsonb('roles').$type<('admin' | 'user' | 'service')[]>().notNull(),
    status: text('status', {enum: ['active', 'blocked']})
      .notNull()
      .default('active'),
    reason: text('reason'),
    /** As `src/access/passwords.ts` writes it; null: nobody signs in by a password. */
    password: text('password'),
    /** Another one with every change of password, roles or status: what carries an older one is no longer good. */
    generation: uuid('generation').notNull().defaultRandom(),
    createdAt,
    lastLoginAt: moment('last_login_at'),
  },
  table => [uniqueIndex('users_name').on(sql`lower(${table.id})`)],
)

export const refreshTokens = pgTable(
  'refresh_tokens',
  {
    id,
    /** The sign-in it came of. */
    family: uuid('family').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, {onDelete: 'cascade'}),
    /** sha256 of the token, hex. */
    hash: text('hash').notNull(),
    /** Of the person, when they signed in. */
    generation: uuid('generation').notNull(),
    createdAt,
    expiresAt: moment('expires_at').notNull(),
    spentAt: moment('spent_at'),
    revokedAt: moment('revoked_at'),
    address: text('address').notNull(),
    device: text('device'),
  },
  table => [
    uniqueIndex('refresh_tokens_hash').on(table.hash),
    index('refresh_tokens_family').on(table.family),
    index('refresh_tokens_user').on(table.userId, table.address),
    index('refresh_tokens_expiry').on(table.expiresAt),
  ],
)

export const apiKeys = pgTable(
  'api_keys',
  {
    id,
    name: text('name').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, {onDelete: 'cascade'}),
    /** sha256 of the key, hex. */
    hash: text('hash').notNull(),
    permissions: jsonb('permissions').$type<string[]>().notNull(),
    createdAt,
    expiresAt: moment('expires_at'),
    lastUsedAt: moment('last_used_at'),
  },
  table => [uniqueIndex('api_keys_hash').on(table.hash), index('api_keys_user').on(table.userId)],
)

/** What was done, by whom, to whom; never a secret. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: bigint('id', {mode: 'number'}).primaryKey().generatedAlwaysAsIdentity(),
    at: moment('at').notNull().defaultNow(),
    action: text('action').notNull(),
    actor: text('actor'),
    target: text('target'),
    address: text('address'),
    details: text('details'),
  },
  table => [index('audit_log_at').on(table.at)],
)
