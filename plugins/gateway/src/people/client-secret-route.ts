import {EssenceError} from '@essence/core/kit/errors'
import type {ZodTypeProvider} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {AddRoutes} from '../door/context.ts'
import type {SecretSessions} from '../realtime/secret-sessions.ts'
import {sessionShape} from '../realtime/session-shape.ts'

const wanted = z
  .object({
    expires_after: z
      .object({anchor: z.literal('created_at').default('created_at'), seconds: z.int().min(10).max(7200).optional()})
      .optional(),
    session: sessionShape.optional(),
  })
  .nullish()

const secretSchema = z.object({
  value: z.string(),
  /** Seconds since 1970. */
  expires_at: z.int(),
  session: z.looseObject({}),
})

/**
 * `POST /v1/realtime/client_secrets`, as OpenAI has it: a secret that may be given to a page or an app, which must not have a key. What it says
 * of the session is how one begins that the secret opens.
 */
export const addClientSecretRoute =
  (sessions: SecretSessions): AddRoutes =>
  (door, {access}) => {
    door.withTypeProvider<ZodTypeProvider>().post(
      '/realtime/client_secrets',
      {
        config: {access: 'known', repeatable: false},
        schema: {
          tags: ['OpenAI'],
          summary: 'A secret of short life, with your permissions but for administering.',
          body: wanted,
          response: {200: secretSchema},
        },
      },
      async ({caller, body}, reply) => {
        if (caller.via === 'local') {
          throw new EssenceError('NOT_ALLOWED', 'A client secret stands for a person, and this request names none.', {
            suggestions: ['Send an API key or an access token: essence access key add NAME --user WHOSE'],
          })
        }
        const {value, expiresAt} = await (await access()).clientSecret(caller, {seconds: body?.expires_after?.seconds})
        if (body?.session) sessions.keep(value, body.session, expiresAt)
        const expires_at = Math.floor(expiresAt.getTime() / 1000)
        return reply
          .header('cache-control', 'no-store')
          .send({value, expires_at, session: {type: 'realtime', ...body?.session}})
      },
    )
  }
