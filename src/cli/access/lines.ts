import type {ApiKey, AuditEntry, User} from '../../access/port.ts'
import {inOneLine} from '../../kit/in-one-line.ts'
import {table} from '../table.ts'

/** Letters of a key's id that are shown, and that suffice to name it. */
export const shownId = 8

export const userLines = (users: readonly User[], room: number): string[] =>
  table(
    [{title: 'Name'}, {title: 'Roles'}, {title: 'Status'}, {title: 'Since'}, {title: 'Last sign-in'}],
    users.map(({username, roles, status, reason, createdAt, lastLoginAt}) => [
      username,
      roles.join(', '),
      reason === undefined ? status : `${status}: ${reason}`,
      day(createdAt),
      minute(lastLoginAt),
    ]),
    room,
  )

export const keyLines = (keys: readonly ApiKey[], room: number): string[] =>
  table(
    [{title: 'Id'}, {title: 'Name'}, {title: 'Of'}, {title: 'Expires'}, {title: 'Last use'}, {title: 'May', min: 20}],
    keys.map(({id, name, userId, permissions, expiresAt, lastUsedAt}) => [
      id.slice(0, shownId),
      name,
      userId,
      expiresAt ? day(expiresAt) : 'never',
      minute(lastUsedAt),
      permissions.join(' '),
    ]),
    room,
  )

export const auditLines = (entries: readonly AuditEntry[]): string[] =>
  entries.map(({at, action, actor, target, address, details}) => {
    const who = [actor, target && `→ ${target}`, address && `from ${address}`].filter(Boolean).join(' ')
    return `${minute(at)}  ${[action, who, inOneLine(details ?? '')].filter(Boolean).join('  ')}`
  })

const day = (at: Date): string => at.toISOString().slice(0, 10)
/** UTC. */
const minute = (at: Date | undefined): string => at?.toISOString().slice(0, 16).replace('T', ' ') ?? 'never'
