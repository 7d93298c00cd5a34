import * as z from 'zod'
import {type ApiKey, type AuditEntry, permissions, roles, type User} from '../port.ts'

// How people, keys and the audit log look in JSON: what the routes under /admin send, and what commands read.

const moment = z.iso.datetime()

export const userSchema = z.object({
  id: z.string(),
  username: z.string(),
  roles: z.array(z.enum(roles)),
  status: z.enum(['active', 'blocked']),
  reason: z.string().optional(),
  created_at: moment,
  last_login_at: moment.optional(),
})

export const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  user_id: z.string(),
  permissions: z.array(z.enum(permissions)),
  created_at: moment,
  expires_at: moment.optional(),
  last_used_at: moment.optional(),
})

export const auditSchema = z.object({
  at: moment,
  action: z.string(),
  actor: z.string().optional(),
  target: z.string().optional(),
  address: z.string().optional(),
  details: z.string().optional(),
})

const page = {
  total: z.int().min(0),
  page: z.int().min(1),
  page_size: z.int().min(1),
  total_pages: z.int().min(0),
}

export const usersPageSchema = z.object({users: z.array(userSchema), ...page})
export const keysPageSchema = z.object({keys: z.array(keySchema), ...page})
export const auditPageSchema = z.object({entries: z.array(auditSchema), ...page})
export const newKeySchema = keySchema.extend({key: z.string()})
export const tokenSchema = z.object({access_token: z.string(), token_type: z.literal('bearer'), expires_in: z.int()})

export const userToWire = (user: User): z.input<typeof userSchema> => ({
  id: user.id,
  username: user.username,
  roles: [...user.roles],
  status: user.status,
  reason: user.reason,
  created_at: user.createdAt.toISOString(),
  last_login_at: user.lastLoginAt?.toISOString(),
})

export const userFromWire = (user: z.output<typeof userSchema>): User => ({
  id: user.id,
  username: user.username,
  roles: user.roles,
  status: user.status,
  reason: user.reason,
  createdAt: new Date(user.created_at),
  lastLoginAt: dateOf(user.last_login_at),
})

export const keyToWire = (key: ApiKey): z.input<typeof keySchema> => ({
  id: key.id,
  name: key.name,
  user_id: key.userId,
  permissions: [...key.permissions],
  created_at: key.createdAt.toISOString(),
  expires_at: key.expiresAt?.toISOString(),
  last_used_at: key.lastUsedAt?.toISOString(),
})

export const keyFromWire = (key: z.output<typeof keySchema>): ApiKey => ({
  id: key.id,
  name: key.name,
  userId: key.user_id,
  permissions: key.permissions,
  createdAt: new Date(key.created_at),
  expiresAt: dateOf(key.expires_at),
  lastUsedAt: dateOf(key.last_used_at),
})

export const auditToWire = (entry: AuditEntry): z.input<typeof auditSchema> => ({...entry, at: entry.at.toISOString()})

export const auditFromWire = (entry: z.output<typeof auditSchema>): AuditEntry => ({...entry, at: new Date(entry.at)})

const dateOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text))
