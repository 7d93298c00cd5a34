import type {FastifyRequest} from 'fastify'
import {z} from 'zod'
import {callerAs, localUser, speakerOf} from '../door/callers.ts'
import type {GatewayContext} from '../door/context.ts'

/** A person in a path. */
export const userId = z.string().regex(/^[\w-]{1,64}$/, 'expected 1 to 64 letters, digits, _ or -')

/**
 * The person whose things a path names, as the mind knows them: the caller; for those who administrate anybody, which the audit log is told.
 * @throws NOT_ALLOWED
 */
export const speakerNamed = async (
  {access}: Pick<GatewayContext, 'access'>,
  {caller, ip}: FastifyRequest,
  named: {userId: string; needs: 'admin.read' | 'admin.write'; action: string; details?: string | undefined},
): Promise<string> => {
  const {userId, needs, action, details} = named
  const isOther = caller.userId !== userId && caller.via !== 'local' && caller.permissions.has(needs)
  if (!isOther) return speakerOf(callerAs(caller, userId))
  await (await access()).audit.write({action, actor: caller.userId, target: userId, address: ip, details})
  return speakerOf({userId, via: userId === localUser ? 'local' : 'token'})
}
