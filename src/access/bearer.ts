import {hashOf, isApiKeyLike, isWholeApiKey} from './opaque-tokens.ts'
import type {Access, ApiKey, Caller, Permission, Role} from './port.ts'
import {permissionsOf, roles} from './port.ts'
import {assertGoodKey, assertNotBlocked, assertStanding, permissionsWith, type Standings} from './standing.ts'
import {rejected, type Tokens} from './tokens.ts'

export const clientSecretPrefix = 'ek_'

export interface BearerOptions {
  tokens: Tokens
  standings: Standings
  now: () => Date
  /** Told of each use of an API key. */
  onKeyUsed: (key: ApiKey) => void
}

/** Whose an access token, an API key or a client secret is, and what it lets them do now. */
export const openAuthenticate = ({tokens, standings, now, onKeyUsed}: BearerOptions): Access['authenticate'] => {
  const byToken = async (bearer: string): Promise<Caller> => {
    const {sub, roles, gen} = await tokens.verify('access', bearer)
    assertStanding(await standings.person(sub), gen)
    return {userId: sub, via: 'token', roles, permissions: permissionsWith(roles)}
  }

  const byKey = async (bearer: string): Promise<Caller> => {
    if (!isWholeApiKey(bearer)) throw rejected('This API key')
    const key = await standings.keyByHash(hashOf(bearer))
    assertGoodKey(key, now())
    const person = await standings.person(key.userId)
    if (!person) throw rejected('This API key')
    assertNotBlocked(person)
    onKeyUsed(key)
    return limited({userId: person.id, via: 'apiKey', keyId: key.id}, person.roles, key.permissions)
  }

  const bySecret = async (bearer: string): Promise<Caller> => {
    const {sub, gen, key: keyId, permissions} = await tokens.verify('client-secret', bearer)
    const person = await standings.person(sub)
    assertStanding(person, gen)
    const caller = {userId: sub, via: 'clientSecret'} as const
    if (keyId === undefined) return limited(caller, person?.roles ?? roles, permissions)
    const key = await standings.keyById(keyId)
    assertGoodKey(key, now())
    return limited(caller, person?.roles ?? roles, permissions, key.permissions)
  }

  return bearer => {
    if (isApiKeyLike(bearer)) return byKey(bearer)
    if (bearer.startsWith(clientSecretPrefix)) return bySecret(bearer.slice(clientSecretPrefix.length))
    return byToken(bearer)
  }
}

/** With the permissions that the roles and all of these lists have, and the roles of which nothing is missing. */
const limited = (
  caller: Pick<Caller, 'userId' | 'via' | 'keyId'>,
  roles: readonly Role[],
  ...lists: (readonly Permission[])[]
): Caller => {
  const left = lists.reduce<ReadonlySet<Permission>>(
    (allowed, list) => new Set(list.filter(name => allowed.has(name))),
    permissionsWith(roles),
  )
  return {...caller, roles: roles.filter(role => permissionsOf[role].every(name => left.has(name))), permissions: left}
}
