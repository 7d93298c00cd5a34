import {
  auditPageSchema,
  auditToWire,
  keysPageSchema,
  keyToWire,
  newKeySchema,
  tokenSchema,
  userSchema,
  usersPageSchema,
  userToWire,
} from '@essence/core/access/admin/wire'
import {type Access, type Doer, permissions, roles} from '@essence/core/access/port'
import {EssenceError} from '@essence/core/kit/errors'
import {Semaphore} from '@essence/core/kit/flow/semaphore'
import type {FastifyRequest} from 'fastify'
import type {ZodTypeProvider} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {AddRoutes} from '../door/context.ts'
import {pageOf, paging} from '../door/paging.ts'
import {addChannelsRoutes} from './channels-routes.ts'
import {addStagesRoute} from './stages-route.ts'
import {addAdminStatusRoute} from './status-route.ts'

const name = z.string().min(1).max(64)
const filter = z.string().max(100).optional()
const named = z.object({id: z.string().min(1).max(100)})
const theirRoles = z.array(z.enum(roles)).min(1).max(roles.length)
const password = z.string().max(1024).optional()
const nothing = z.undefined()

const usersQuery = z.object({...paging, search: filter, status: z.enum(['active', 'blocked', 'admin']).optional()})
const keysQuery = z.object({...paging, user_id: filter})
const auditQuery = z.object({
  ...paging,
  page_size: z.coerce.number().int().min(1).max(1000).default(20),
  action: filter,
  actor: filter,
})
const newUser = z.strictObject({username: name, password, roles: theirRoles.optional()})
const userChange = z.strictObject({
  password,
  roles: theirRoles.optional(),
  /** `suspended` is another word for `blocked`. */
  status: z.enum(['active', 'blocked', 'suspended']).optional(),
  reason: z.string().max(500).optional(),
})
const newKey = z.strictObject({
  name: z.string().min(1).max(100),
  user_id: name,
  permissions: z.array(z.enum(permissions)).min(1).max(permissions.length),
  expires_at: z.iso.datetime({offset: true}).optional(),
})
const newToken = z.strictObject({
  user_id: name,
  roles: theirRoles.optional(),
  seconds: z
    .int()
    .min(1)
    .max(8760 * 3600)
    .optional(),
})

/** People, API keys, tokens, the audit log and how June is, for whoever may administer: what is changed is written down as the caller's. */
export const addAdminRoutes: AddRoutes = async (door, context) => {
  await door.register(async scope => {
    scope.addHook('onSend', async (_request, reply) => void reply.header('cache-control', 'no-store'))
    for (const add of [addPeopleRoutes, addChannelsRoutes, addAdminStatusRoute, addStagesRoute])
      await add(scope, context)
  })
}

const addPeopleRoutes: AddRoutes = (door, {access}) => {
  const http = door.withTypeProvider<ZodTypeProvider>()
  /** What is looked at before a change is so still when it is made. */
  const changes = new Semaphore(1)
  const reads = {access: 'admin.read'} as const
  const writes = {access: 'admin.write'} as const
  /** An answer with a secret is not kept for one who asks again. */
  const shownOnce = {...writes, repeatable: false} as const
  const tags = ['admin']

  http.get(
    '/admin/users',
    {
      config: reads,
      schema: {tags, summary: 'People who have an account.', querystring: usersQuery, response: {200: usersPageSchema}},
    },
    async ({query}) => {
      const {page, page_size: pageSize, search, status} = query
      const {items, total} = await (await access()).users.list({page, pageSize, search, status})
      return {users: items.map(userToWire), ...pageOf(total, query)}
    },
  )
  http.post(
    '/admin/users',
    {config: writes, schema: {tags, summary: 'Add a person.', body: newUser, response: {201: userSchema}}},
    async (request, reply) => {
      const user = await (await access()).users.create(request.body, doer(request))
      return reply.code(201).send(userToWire(user))
    },
  )
  http.get(
    '/admin/users/:id',
    {config: reads, schema: {tags, summary: 'A person.', params: named, response: {200: userSchema}}},
    async ({params}) => userToWire(await (await access()).users.get(params.id)),
  )
  http.put(
    '/admin/users/:id',
    {
      config: writes,
      schema: {
        tags,
        summary: 'Change, block or unblock a person.',
        params: named,
        body: userChange,
        response: {200: userSchema},
      },
    },
    async request => {
      const {params, body} = request
      const {users} = await access()
      const status = body.status === 'suspended' ? 'blocked' : body.status
      const isLess = status === 'blocked' || body.roles?.includes('admin') === false
      return changes.run(async () => {
        if (isLess) await assertSpared(users, request, params.id)
        return userToWire(await users.update(params.id, {...body, status}, doer(request)))
      })
    },
  )
  http.delete(
    '/admin/users/:id',
    {config: writes, schema: {tags, summary: 'Remove a person.', params: named, response: {204: nothing}}},
    async (request, reply) => {
      const {users} = await access()
      await changes.run(async () => {
        await assertSpared(users, request, request.params.id)
        await users.remove(request.params.id, doer(request))
      })
      return reply.code(204).send()
    },
  )
  http.get(
    '/admin/keys',
    {config: reads, schema: {tags, summary: 'API keys.', querystring: keysQuery, response: {200: keysPageSchema}}},
    async ({query}) => {
      const keys = await (await access()).keys.list(query.user_id)
      const from = (query.page - 1) * query.page_size
      return {keys: keys.slice(from, from + query.page_size).map(keyToWire), ...pageOf(keys.length, query)}
    },
  )
  http.post(
    '/admin/keys',
    {
      config: shownOnce,
      schema: {tags, summary: 'Make an API key, which is shown once.', body: newKey, response: {201: newKeySchema}},
    },
    async (request, reply) => {
      const {name, user_id: userId, permissions, expires_at: end} = request.body
      const expiresAt = end === undefined ? undefined : new Date(end)
      const {key, info} = await (await access()).keys.create({name, userId, permissions, expiresAt}, doer(request))
      return reply.code(201).send({...keyToWire(info), key})
    },
  )
  http.delete(
    '/admin/keys/:id',
    {config: writes, schema: {tags, summary: 'Revoke an API key.', params: named, response: {204: nothing}}},
    async (request, reply) => {
      await (await access()).keys.revoke(request.params.id, doer(request))
      return reply.code(204).send()
    },
  )
  http.post(
    '/admin/tokens',
    {
      config: shownOnce,
      schema: {
        tags,
        summary: 'An access token for a person, or for a name without an account.',
        body: newToken,
        response: {201: tokenSchema},
      },
    },
    async (request, reply) => {
      const {user_id: userId, roles, seconds} = request.body
      const {accessToken, expiresInS} = await (await access()).issue(userId, {roles, seconds}, doer(request))
      return reply.code(201).send({access_token: accessToken, token_type: 'bearer' as const, expires_in: expiresInS})
    },
  )
  http.get(
    '/admin/audit',
    {
      config: reads,
      schema: {
        tags,
        summary: 'What was done, the newest first.',
        querystring: auditQuery,
        response: {200: auditPageSchema},
      },
    },
    async ({query}) => {
      const {page, page_size: pageSize, action, actor} = query
      const {items, total} = await (await access()).audit.list({page, pageSize, action, actor})
      return {entries: items.map(auditToWire), ...pageOf(total, query)}
    },
  )
}

const doer = ({caller, ip}: FastifyRequest): Doer => ({actor: caller.userId, address: ip})

/** @throws NOT_ALLOWED: nobody locks themselves out, and an admin is left */
const assertSpared = async (users: Access['users'], {caller}: FastifyRequest, id: string): Promise<void> => {
  if (caller.userId === id) {
    throw new EssenceError('NOT_ALLOWED', 'You cannot remove or block yourself, nor stop being an admin.', {
      suggestions: ['Ask another admin.', 'Or do it at the machine: essence access user --help'],
    })
  }
  const {items} = await users.list({page: 1, pageSize: 100, status: 'admin'})
  const admins = items.filter(({status}) => status === 'active')
  if (admins.length !== 1 || admins[0]?.id !== id) return
  throw new EssenceError('NOT_ALLOWED', `${id} is the last admin there is.`, {
    suggestions: ['Make another person an admin first.'],
  })
}
