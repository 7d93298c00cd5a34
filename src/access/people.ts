import {EssenceError} from '../kit/errors.ts'
import type {Audit} from './audit.ts'
import type {Kept} from './kept.ts'
import {assertPassword, type Passwords} from './passwords.ts'
import {type Access, type Role, roles, type User} from './port.ts'
import type {Standings} from './standing.ts'
import type {Person} from './tables/people.ts'
import {assertUsername} from './user-id.ts'

export interface PeopleOptions {
  kept: Kept
  passwords: Passwords
  standings: Standings
  audit: Audit
  now: () => Date
}

/** People with an account. */
export const openPeople = ({kept, passwords, standings, audit, now}: PeopleOptions): Access['users'] => ({
  async list(query) {
    const found = await (await kept.found())?.people.list(query)
    return {items: found?.items.map(shown) ?? [], total: found?.total ?? 0}
  },

  async get(id) {
    return shown((await (await kept.found())?.people.find(id)) ?? unknown(id))
  },

  async create({username, password, roles = ['user']}, by = {}) {
    assertUsername(username)
    assertRoles(roles)
    const hashed = password === undefined ? null : await hash(passwords, password)
    const {people} = await kept.tables()
    const person = await people.insert({id: username, roles: [...roles], password: hashed, createdAt: now()})
    standings.personChanged(username)
    if (!person) {
      throw new EssenceError('USAGE', `The name "${username}" is taken.`, {suggestions: ['Choose another one.']})
    }
    await audit.write({...by, action: 'user.added', target: username, details: roles.join(', ')})
    return shown(person)
  },

  async update(id, {password, roles, status, reason}, by = {}) {
    if (roles) assertRoles(roles)
    const people = (await kept.found())?.people
    if (!people) return unknown(id)
    const person = await people.update(id, {
      ...(password !== undefined && {password: await hash(passwords, password)}),
      ...(roles && {roles: [...roles]}),
      ...(status && {status, reason: status === 'blocked' ? (reason ?? null) : null}),
    })
    standings.personChanged(id)
    if (!person) return unknown(id)
    const details = [password !== undefined && 'password', roles && `roles: ${roles.join(', ')}`, status].filter(
      Boolean,
    )
    await audit.write({...by, action: 'user.changed', target: id, details: details.join('; ')})
    return shown(person)
  },

  async remove(id, by = {}) {
    const removed = await (await kept.found())?.people.remove(id)
    standings.personChanged(id)
    // Their keys are gone with them, also should the name be given to somebody else.
    standings.keysChanged()
    if (!removed) unknown(id)
    await audit.write({...by, action: 'user.removed', target: id})
  },
})

const shown = ({id, roles, status, reason, createdAt, lastLoginAt}: Person): User => ({
  id,
  username: id,
  roles,
  status,
  reason: reason ?? undefined,
  createdAt,
  lastLoginAt: lastLoginAt ?? undefined,
})

const unknown = (id: string): never => {
  throw new EssenceError('USER_UNKNOWN', `There is nobody named "${id.slice(0, 80)}".`, {
    suggestions: ['See who there is: essence access user list'],
  })
}

const hash = (passwords: Passwords, password: string): Promise<string> => {
  assertPassword(password)
  return passwords.hash(password)
}

const assertRoles = (given: readonly Role[]): void => {
  if (given.length > 0 && given.every(role => roles.includes(role))) return
  throw new EssenceError('USAGE', `A person has one or more of the roles ${roles.join(', ')}.`)
}
