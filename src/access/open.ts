import {join} from 'node:path'
import type {Settings} from '../config/schema.ts'
import {EssenceError} from '../kit/errors.ts'
import {loadOnce} from '../kit/load-once.ts'
import {openAudit} from './audit.ts'
import {clientSecretPrefix, openAuthenticate} from './bearer.ts'
import {openKept} from './kept.ts'
import {openKeys} from './keys.ts'
import {openLockOut} from './lock-out.ts'
import {openPasswords} from './passwords.ts'
import {openPeople} from './people.ts'
import type {Access, Role} from './port.ts'
import {openSignIn} from './sign-in.ts'
import {signingSecret} from './signing-secret.ts'
import {assertNotBlocked, openStandings} from './standing.ts'
import {openTokens} from './tokens.ts'
import {assertUserId} from './user-id.ts'

export type AccessSettings = Pick<
  Settings,
  | 'JUNE_DATA_DIR'
  | 'POSTGRES_URL'
  | 'POSTGRES_POOL_SIZE'
  | 'JWT_SECRET'
  | 'JWT_ALGORITHM'
  | 'JWT_ACCESS_TOKEN_EXPIRATION_HOURS'
  | 'JWT_REFRESH_TOKEN_EXPIRATION_DAYS'
  | 'JWT_EXPIRATION_HOURS'
>

export interface AccessOptions {
  settings: AccessSettings
  /** Told what fails without anybody waiting for it. */
  log: (message: string) => void
  /** Where this process answers: commands ask it while it holds the embedded database. */
  address?: (() => string | undefined) | undefined
  /** ms to wait for another process to give the embedded database up. Default: LOCKED is thrown at once. */
  waitMs?: number | undefined
  now?: (() => Date) | undefined
  /** log2 of scrypt's N. Default: what OWASP says. */
  passwordCost?: number | undefined
}

const hourS = 3600
/** Beside the connections of the mind. */
const maxConnections = 5
/** Seconds a client secret lasts, and may last. */
const secretLife = {usual: 600, min: 10, max: 7200}

/** Where secret and embedded database lie. */
export const accessFolder = ({JUNE_DATA_DIR}: Pick<Settings, 'JUNE_DATA_DIR'>): string => join(JUNE_DATA_DIR, 'access')

/** Who may do what, as the settings say. Opens nothing before it is needed. */
export const openAccess = (options: AccessOptions): Access => {
  const {settings, log, now = () => new Date(), address, waitMs, passwordCost} = options
  const folder = accessFolder(settings)
  const accessS = settings.JWT_ACCESS_TOKEN_EXPIRATION_HOURS * hourS
  const secret = loadOnce(() => signingSecret(folder, settings.JWT_SECRET))
  const tokens = openTokens({secret, algorithm: settings.JWT_ALGORITHM, now})
  const passwords = openPasswords(passwordCost)
  const kept = openKept({
    folder,
    url: settings.POSTGRES_URL,
    connections: Math.min(settings.POSTGRES_POOL_SIZE, maxConnections),
    address,
    waitMs,
  })
  const audit = openAudit({kept, log, now})
  const standings = openStandings(kept, now)
  const {keys, used, settled} = openKeys({kept, standings, audit, log, now})

  const tokenOf = async (sub: string, roles: readonly Role[], gen: string | undefined, seconds: number) => ({
    accessToken: await tokens.sign('access', {sub, roles: [...roles], gen}, seconds),
    expiresInS: seconds,
  })

  return {
    authenticate: openAuthenticate({tokens, standings, now, onKeyUsed: used}),

    async tokenFor(userId) {
      assertUserId(userId)
      const person = await standings.person(userId)
      assertNotBlocked(person)
      if (typeof person?.password === 'string') {
        throw new EssenceError('NOT_ALLOWED', `${userId} has a password, and gets a token for it only.`, {
          suggestions: ['Sign in: POST /auth/login'],
        })
      }
      // Nobody proved to be an admin.
      const roles = person?.roles.filter(role => role !== 'admin') ?? ['user']
      return tokenOf(userId, roles, person?.generation, settings.JWT_EXPIRATION_HOURS * hourS)
    },

    async issue(userId, {roles, seconds = accessS} = {}, by = {}) {
      assertUserId(userId)
      const person = await standings.person(userId)
      assertNotBlocked(person)
      const beyond = roles?.filter(role => person && !person.roles.includes(role)) ?? []
      if (beyond.length > 0) {
        throw new EssenceError('USAGE', `${userId} does not have the role ${beyond.join(', ')}.`, {
          suggestions: ['Ask for a token for a name without an account, or change the roles.'],
        })
      }
      const issued = await tokenOf(userId, roles ?? person?.roles ?? ['user'], person?.generation, seconds)
      await audit.note({...by, action: 'token.issued', target: userId, details: `${seconds} s`})
      return issued
    },

    ...openSignIn({
      kept,
      tokens,
      passwords,
      lockOut: openLockOut(() => now().getTime()),
      audit,
      now,
      accessS,
      refreshS: settings.JWT_REFRESH_TOKEN_EXPIRATION_DAYS * 24 * hourS,
    }),

    async clientSecret({userId, via, permissions, keyId}, {seconds = secretLife.usual} = {}) {
      const {min, max} = secretLife
      if (via === 'clientSecret') {
        throw new EssenceError('NOT_ALLOWED', 'A client secret makes no further ones.')
      }
      if (!Number.isInteger(seconds) || seconds < min || seconds > max) {
        throw new EssenceError('USAGE', `A client secret lasts ${min} to ${max} seconds, not ${seconds}.`)
      }
      const person = await standings.person(userId)
      assertNotBlocked(person)
      // What is handed to a browser administers nothing.
      const allowed = [...permissions].filter(name => !name.startsWith('admin.'))
      const claims = {sub: userId, permissions: allowed, gen: person?.generation, key: keyId}
      const expiresAt = new Date(now().getTime() + seconds * 1000)
      return {value: clientSecretPrefix + (await tokens.sign('client-secret', claims, seconds)), expiresAt}
    },

    users: openPeople({kept, passwords, standings, audit, now}),
    keys,
    audit: {write: audit.write, list: audit.list},

    async close() {
      await settled()
      await kept.close()
    },
  }
}
