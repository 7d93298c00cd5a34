import type {Session} from '@essence/core/access/port'
import {EssenceError} from '@essence/core/kit/errors'
import type {FastifyRequest} from 'fastify'
import type {ZodTypeProvider} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {originOf} from '../door/callers.ts'
import type {AddRoutes} from '../door/context.ts'

const userId = z.string().regex(/^[\w-]{1,64}$/, 'expected 1 to 64 letters, digits, _ or -')
const secret = z.string().min(1).max(4096)

const token = {access_token: z.string(), token_type: z.literal('bearer'), expires_in: z.int().describe('seconds')}
const person = {user_id: z.string(), username: z.string(), roles: z.array(z.string())}
const refresh = z.object({refresh_token: secret})
const credentials = z.object({
  username: z.string().max(200).optional(),
  password: z.string().max(1024).optional(),
  user_id: userId.optional().describe('alone: only where POST /auth/token works'),
})

/** `/auth/…`: signing in by a password, going on, signing out; and tokens for names nobody proves, for callers on this machine. */
export const addAuthRoutes = (openTokens: boolean): AddRoutes => {
  /** @throws NOT_ALLOWED */
  const assertOpen = ({caller}: Pick<FastifyRequest, 'caller'>): void => {
    if (openTokens || caller.via === 'local') return
    throw new EssenceError('NOT_ALLOWED', 'Tokens without a password are for callers on this machine only.', {
      suggestions: [
        'Sign in: POST /auth/login with username and password.',
        'To let everybody in who reaches this server: GATEWAY_OPEN_TOKENS=true.',
      ],
    })
  }
  return (http, {access}) => {
    const routes = http.withTypeProvider<ZodTypeProvider>()
    const config = {access: 'open', repeatable: false} as const
    const tags = ['auth']

    routes.post(
      '/auth/token',
      {
        config,
        schema: {
          tags,
          summary: 'A token for a name, for callers on this machine',
          querystring: z.object({user_id: userId.default('default')}),
          response: {200: z.object(token)},
        },
      },
      async (request, reply) => {
        assertOpen(request)
        const {accessToken, expiresInS} = await (await access()).tokenFor(request.query.user_id)
        return reply.header('cache-control', 'no-store').send(tokenOf(accessToken, expiresInS))
      },
    )

    routes.post(
      '/auth/login',
      {
        config,
        schema: {
          tags,
          summary: 'Sign in',
          body: credentials,
          response: {200: z.object({...token, ...person, refresh_token: z.string().optional()})},
        },
      },
      async (request, reply) => {
        reply.header('cache-control', 'no-store')
        const {username, password, user_id} = request.body
        if (username !== undefined && password !== undefined) {
          return sessionOf(await (await access()).login({username, password}, originOf(request)))
        }
        if (user_id === undefined || username !== undefined || password !== undefined) {
          throw new EssenceError('USAGE', 'A sign-in needs a username and a password.')
        }
        assertOpen(request)
        const {accessToken, expiresInS} = await (await access()).tokenFor(user_id)
        const {roles} = await (await access()).authenticate(accessToken, originOf(request))
        return {...tokenOf(accessToken, expiresInS), user_id, username: user_id, roles: [...roles]}
      },
    )

    routes.post(
      '/auth/refresh',
      {
        config,
        schema: {
          tags,
          summary: 'The next tokens',
          body: refresh,
          response: {200: z.object({...token, ...person, refresh_token: z.string()})},
        },
      },
      async (request, reply) => {
        reply.header('cache-control', 'no-store')
        return sessionOf(await (await access()).refresh(request.body.refresh_token, originOf(request)))
      },
    )

    routes.post(
      '/auth/logout',
      {
        config,
        schema: {tags, summary: 'Sign out', body: refresh, response: {200: z.object({message: z.string()})}},
      },
      async ({body}) => {
        await (await access()).logout(body.refresh_token)
        return {message: 'Signed out.'}
      },
    )
  }
}

const tokenOf = (access_token: string, expires_in: number) => ({
  access_token,
  token_type: 'bearer' as const,
  expires_in,
})

const sessionOf = ({accessToken, expiresInS, refreshToken, user: {id, username, roles}}: Session) => ({
  ...tokenOf(accessToken, expiresInS),
  refresh_token: refreshToken,
  user_id: id,
  username,
  roles: [...roles],
})
