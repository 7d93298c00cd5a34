import {EssenceError, messageOf} from '../kit/errors.ts'
import type {Audit} from './audit.ts'
import type {Kept} from './kept.ts'
import {hashOf, newApiKey} from './opaque-tokens.ts'
import type {Access, ApiKey, Permission} from './port.ts'
import {RateLimit} from './rate-limit.ts'
import {permissionsWith, type Standings} from './standing.ts'

/** The last use of a key is written once in so many ms at most. */
const usedEveryMs = 60_000

export interface KeysOptions {
  kept: Kept
  standings: Standings
  audit: Audit
  log: (message: string) => void
  now: () => Date
}

/** API keys of people. */
export const openKeys = ({kept, standings, audit, log, now}: KeysOptions) => {
  const due = new RateLimit([{count: 1, windowMs: usedEveryMs}], () => now().getTime())
  const writing = new Set<Promise<void>>()

  const keys: Access['keys'] = {
    async create({name, userId, permissions, expiresAt}, by = {}) {
      assertName(name)
      if (expiresAt && !(expiresAt > now())) {
        throw new EssenceError('USAGE', 'The key would have expired already.', {suggestions: ['Give a later end.']})
      }
      const tables = await kept.found()
      const person = await tables?.people.find(userId)
      if (!tables || !person) {
        throw new EssenceError(
          'USER_UNKNOWN',
          `A key belongs to a person, and there is nobody named "${userId.slice(0, 80)}".`,
          {
            suggestions: [`Add them first: essence access user add ${userId.slice(0, 80)}`],
          },
        )
      }
      assertPermitted(permissions, permissionsWith(person.roles), userId)
      const key = newApiKey()
      const row = {name, userId, hash: hashOf(key), permissions: [...new Set(permissions)], createdAt: now()}
      const info = await tables.keys.insert({...row, expiresAt: expiresAt ?? null})
      standings.keysChanged()
      await audit.write({
        ...by,
        action: 'key.made',
        target: userId,
        details: `${info.id} ${name}: ${permissions.join(', ')}`,
      })
      return {key, info}
    },

    list: async userId => (await (await kept.found())?.keys.list(userId)) ?? [],

    async revoke(id, by = {}) {
      const key = isUuid(id) ? await (await kept.found())?.keys.remove(id) : undefined
      standings.keysChanged()
      if (!key) {
        throw new EssenceError('KEY_UNKNOWN', `There is no API key ${JSON.stringify(id.slice(0, 80))}.`, {
          suggestions: ['See which there are: essence access key list'],
        })
      }
      await audit.write({...by, action: 'key.revoked', target: key.userId, details: `${key.id} ${key.name}`})
    },
  }

  /** Writes down that a key was used, meanwhile. */
  const used = ({id}: ApiKey): void => {
    if (!due.take(id).ok) return
    const write = async (): Promise<void> => {
      await (await kept.found())?.keys.used(id, now(), new Date(now().getTime() - usedEveryMs))
    }
    const written = write()
      .catch(error => log(`The last use of an API key cannot be written: ${messageOf(error)}`))
      .finally(() => writing.delete(written))
    writing.add(written)
  }
  return {keys, used, settled: () => Promise.all(writing)}
}

const isUuid = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)

const assertName = (name: string): void => {
  if (/^[^\p{Cc}]{1,100}$/u.test(name) && name.trim() === name) return
  throw new EssenceError('USAGE', 'A key has a name of 1 to 100 characters, without spaces around it.')
}

const assertPermitted = (wanted: readonly Permission[], had: ReadonlySet<Permission>, userId: string): void => {
  const beyond = wanted.filter(name => !had.has(name))
  if (wanted.length > 0 && beyond.length === 0) return
  const why =
    wanted.length === 0
      ? 'A key needs a permission.'
      : `${userId} may not ${beyond.join(', ')} and cannot hand that on.`
  throw new EssenceError('USAGE', why, {suggestions: [`One or more of: ${[...had].join(', ')}`]})
}
