import * as z from 'zod'
import {type ErrorCode, EssenceError, errorTable, messageOf} from '../../kit/errors.ts'
import type {Access, Page} from '../port.ts'
import {
  auditFromWire,
  auditPageSchema,
  keyFromWire,
  keysPageSchema,
  newKeySchema,
  tokenSchema,
  userFromWire,
  userSchema,
  usersPageSchema,
} from './wire.ts'

/** What an admin does: with the database itself, or through the gateway that holds it. */
export interface AdminAccess extends Pick<Access, 'users' | 'keys' | 'issue'> {
  readonly audit: Pick<Access['audit'], 'list'>
}

const timeoutMs = 15_000
const largestPage = 100

/**
 * The same through the routes under /admin of a gateway.
 * @param address as http://127.0.0.1:8000
 * @param token an access token of an admin, asked for with each request
 * @throws of every call: what the gateway says, REMOTE_UNREACHABLE, REMOTE_REFUSED (its answer is none of ours)
 */
export const remoteAdmin = (address: string, token: () => Promise<string>): AdminAccess => {
  const ask = async <T extends z.ZodType>(
    method: string,
    path: string,
    answer: T,
    body?: object,
  ): Promise<z.output<T>> => {
    const headers = {authorization: `Bearer ${await token()}`, ...(body && {'content-type': 'application/json'})}
    const response = await fetch(`${address}/admin/${path}`, {
      method,
      headers,
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
      ...(body && {body: JSON.stringify(body)}),
    }).catch(cause => {
      throw new EssenceError('REMOTE_UNREACHABLE', `The gateway at ${address} does not answer: ${messageOf(cause)}`, {
        cause,
      })
    })
    const text = await response.text()
    const json = text === '' ? undefined : parseJson(text)
    if (!response.ok) throw refusalOf(address, response.status, json)
    const read = answer.safeParse(json)
    if (read.success) return read.data
    throw new EssenceError('REMOTE_REFUSED', `What answers at ${address} is no gateway of this version.`, {
      cause: read.error,
    })
  }
  const nothing = z.undefined()
  const query = (values: Record<string, string | number | undefined>): string => {
    const given = Object.entries(values).filter(([, value]) => value !== undefined)
    return new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString()
  }
  const paged = ({page, pageSize}: Page) => ({page, page_size: pageSize})
  const at = (kind: 'users' | 'keys', id: string): string => `${kind}/${encodeURIComponent(id)}`

  return {
    async issue(user_id, {roles, seconds} = {}) {
      const {access_token, expires_in} = await ask('POST', 'tokens', tokenSchema, {user_id, roles, seconds})
      return {accessToken: access_token, expiresInS: expires_in}
    },
    users: {
      async list({search, status, ...page}) {
        const found = await ask('GET', `users?${query({...paged(page), search, status})}`, usersPageSchema)
        return {items: found.users.map(userFromWire), total: found.total}
      },
      get: async id => userFromWire(await ask('GET', at('users', id), userSchema)),
      create: async user => userFromWire(await ask('POST', 'users', userSchema, user)),
      update: async (id, change) => userFromWire(await ask('PUT', at('users', id), userSchema, change)),
      remove: id => ask('DELETE', at('users', id), nothing),
    },
    keys: {
      async create({name, userId, permissions, expiresAt}) {
        const body = {name, user_id: userId, permissions, expires_at: expiresAt?.toISOString()}
        const {key, ...info} = await ask('POST', 'keys', newKeySchema, body)
        return {key, info: keyFromWire(info)}
      },
      async list(userId) {
        const found = []
        for (let page = 1, pages = 1; page <= pages; page++) {
          const path = `keys?${query({page, page_size: largestPage, user_id: userId})}`
          const {keys, total_pages} = await ask('GET', path, keysPageSchema)
          found.push(...keys.map(keyFromWire))
          pages = total_pages
        }
        return found
      },
      revoke: id => ask('DELETE', at('keys', id), nothing),
    },
    audit: {
      async list({action, actor, ...page}) {
        const found = await ask('GET', `audit?${query({...paged(page), action, actor})}`, auditPageSchema)
        return {items: found.entries.map(auditFromWire), total: found.total}
      },
    },
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const failure = z.object({
  error: z.object({code: z.string(), message: z.string(), suggestions: z.array(z.string()).default([])}),
})

const isCode = (code: string): code is ErrorCode => code in errorTable

/** What it said, in our own words where it is one of ours. */
const refusalOf = (address: string, status: number, json: unknown): EssenceError => {
  const {error} = failure.safeParse(json).data ?? {}
  if (error && isCode(error.code)) return new EssenceError(error.code, error.message, {suggestions: error.suggestions})
  return new EssenceError('REMOTE_REFUSED', `The gateway at ${address} answered with ${status}.`)
}
