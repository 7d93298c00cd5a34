import {EssenceError} from '../kit/errors.ts'
import type {Kept} from './kept.ts'
import type {ApiKey, Permission, Role} from './port.ts'
import {permissionsOf} from './port.ts'
import {remembered} from './remembered.ts'
import type {Person} from './tables/people.ts'
import {rejected} from './tokens.ts'

/** A change that another gateway made at the same PostgreSQL counts here after so long at the latest, in ms; one of our own at once. */
const believedMs = 2000

/** How people and their keys stand now: asked of the database, but not for every request anew. */
export const openStandings = (kept: Kept, now: () => Date) => {
  const options = {ms: believedMs, now: () => now().getTime()}
  const people = remembered(async id => (await kept.found())?.people.find(id), options)
  const byHash = remembered(async hash => (await kept.found())?.keys.byHash(hash), options)
  const byId = remembered(async id => (await kept.found())?.keys.byId(id), options)
  return {
    person: people.get,
    keyByHash: byHash.get,
    keyById: byId.get,
    personChanged: people.forget,
    keysChanged(): void {
      byHash.forget()
      byId.forget()
    },
  }
}

export type Standings = ReturnType<typeof openStandings>

/** @throws NOT_ALLOWED */
export const assertNotBlocked = (person: Person | undefined): void => {
  if (person?.status !== 'blocked') return
  throw new EssenceError('NOT_ALLOWED', `${person.id} is blocked${person.reason ? `: ${person.reason}` : '.'}`, {
    suggestions: ['Ask whoever runs this June.'],
  })
}

/**
 * @param generation of the person when a token was made; absent where the name had no account
 * @throws NOT_ALLOWED (blocked), TOKEN_REJECTED: removed or changed since, or the name has an account by now
 */
export const assertStanding = (person: Person | undefined, generation: string | undefined): void => {
  assertNotBlocked(person)
  if (person?.generation !== generation) throw rejected()
}

/** @throws TOKEN_REJECTED: there is none, or it has expired */
export function assertGoodKey(key: ApiKey | undefined, now: Date): asserts key {
  if (!key) throw rejected('This API key')
  if (key.expiresAt && key.expiresAt <= now) {
    throw new EssenceError('TOKEN_REJECTED', `The API key "${key.name}" has expired.`, {
      suggestions: ['Make another one: essence access key add NAME --user WHOSE'],
    })
  }
}

/** All that somebody with these roles may do. */
export const permissionsWith = (roles: readonly Role[]): ReadonlySet<Permission> =>
  new Set(roles.flatMap(role => permissionsOf[role]))
