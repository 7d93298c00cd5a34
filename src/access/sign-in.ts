import {randomUUID} from 'node:crypto'
import {EssenceError} from '../kit/errors.ts'
import type {Audit} from './audit.ts'
import type {Kept} from './kept.ts'
import {type LockOut, networkOf} from './lock-out.ts'
import {hashOf, newRefreshToken} from './opaque-tokens.ts'
import type {Passwords} from './passwords.ts'
import type {Access, Origin, Session} from './port.ts'
import {assertNotBlocked} from './standing.ts'
import type {Person} from './tables/people.ts'
import type {Tokens} from './tokens.ts'
import {isUserId} from './user-id.ts'

export interface SignInOptions {
  kept: Kept
  tokens: Tokens
  passwords: Passwords
  lockOut: LockOut
  audit: Audit
  now: () => Date
  /** Life of an access token, in seconds. */
  accessS: number
  /** Life of a refresh token, in seconds. */
  refreshS: number
}

/** Signing in by a password, going on by refresh tokens, signing out. */
export const openSignIn = (options: SignInOptions): Pick<Access, 'login' | 'refresh' | 'logout'> => {
  const {kept, tokens, passwords, lockOut, audit, now, accessS, refreshS} = options

  const refreshEnd = (): Date => new Date(now().getTime() + refreshS * 1000)
  /** The network, as lock-outs count it. */
  const cameFrom = ({address, device}: Origin) => ({address: networkOf(address), device: device?.slice(0, 200)})

  const sessionOf = async ({id, roles, generation}: Person, refreshToken: string): Promise<Session> => ({
    accessToken: await tokens.sign('access', {sub: id, roles, gen: generation}, accessS),
    expiresInS: accessS,
    refreshToken,
    user: {id, username: id, roles},
  })

  return {
    async login({username, password}, origin) {
      const {address} = origin
      // A name that cannot be one is nobody's, and goes the same way.
      const tables = isUserId(username) ? await kept.found() : undefined
      const isKnown = (await tables?.refreshTokens.cameFrom(username, networkOf(address))) ?? false
      const right = lockOut.attempt(username.slice(0, 64), address, isKnown)
      const person = await tables?.people.find(username)
      const matches = await passwords.matches(password, person?.password ?? undefined)
      if (!tables || !person || !matches) {
        // A name that nobody has may be a password typed in the wrong place.
        await audit.note({
          action: 'sign-in.failed',
          target: person?.id,
          address,
          details: person ? undefined : 'unknown name',
        })
        throw new EssenceError('TOKEN_REJECTED', 'Name or password is wrong.')
      }
      right()
      if (person.status === 'blocked') await audit.note({action: 'sign-in.blocked', target: person.id, address})
      assertNotBlocked(person)
      const refreshToken = newRefreshToken()
      await tables.refreshTokens.insert({
        ...cameFrom(origin),
        family: randomUUID(),
        userId: person.id,
        hash: hashOf(refreshToken),
        generation: person.generation,
        createdAt: now(),
        expiresAt: refreshEnd(),
      })
      await tables.people.signedIn(person.id, now())
      await audit.note({action: 'sign-in', actor: person.id, address, details: origin.device})
      return sessionOf(person, refreshToken)
    },

    async refresh(refreshToken, origin) {
      const began = now()
      const tables = await kept.found()
      const hash = hashOf(refreshToken)
      const nextToken = newRefreshToken()
      const next = {...cameFrom(origin), hash: hashOf(nextToken), expiresAt: refreshEnd()}
      const person = await tables?.refreshTokens.rotate({hash, now: now(), next})
      if (tables && person) {
        await audit.tidy(tables)
        return sessionOf(person, nextToken)
      }
      const old = await tables?.refreshTokens.find(hash)
      // Two clients of one person may come at the same moment; after that, who shows it again has stolen it, or was stolen from.
      if (
        tables &&
        old?.spentAt &&
        old.spentAt < began &&
        (await tables.refreshTokens.revokeFamily(old.family, now()))
      ) {
        const details = 'a spent refresh token: its sign-in is revoked'
        await audit.note({action: 'refresh.reused', target: old.userId, address: origin.address, details})
      }
      throw new EssenceError('TOKEN_REJECTED', 'This refresh token is not valid: spent, revoked, expired or unknown.', {
        suggestions: ['Sign in again.'],
      })
    },

    async logout(refreshToken) {
      const tables = await kept.found()
      const token = await tables?.refreshTokens.find(hashOf(refreshToken))
      if (tables && token && (await tables.refreshTokens.revokeFamily(token.family, now())))
        await audit.note({action: 'sign-out', actor: token.userId})
    },
  }
}
