import type {Socket} from 'node:net'
import type {Caller} from '@essence/core/access/port'
import {EssenceError, isEssenceError} from '@essence/core/kit/errors'
import type {FastifyRequest} from 'fastify'
import {bearerOf, callerAs, originOf} from '../../door/callers.ts'
import type {GatewayContext} from '../../door/context.ts'
import {closeCodes} from '../../door/socket/outbox.ts'

/** ms to say who one is. */
const patienceMs = 10_000
/** Bytes read of a client that has not said so: as many as a token takes. */
const maxBytes = 16 * 1024

const refusals: Partial<Record<EssenceError['code'], number>> = {
  TOKEN_REJECTED: closeCodes.unauthenticated,
  NOT_ALLOWED: closeCodes.notAllowed,
}

export interface AuthenticationOptions {
  request: FastifyRequest
  connection: Socket
  /** The person the path names. */
  userId: string
  access: GatewayContext['access']
  /** Called where nobody says so in time, or too much else. */
  onRefuse: () => void
  /** Whether there is room for one more connection of a person. @throws ENGINE_BUSY */
  assertRoom: (caller: Caller) => void
}

/** Who is at the other end of a connection: known from its request, or from a frame, and looked at again for what it asks later. */
export const openAuthentication = ({
  request,
  connection,
  userId,
  access,
  onRefuse,
  assertRoom,
}: AuthenticationOptions) => {
  let bearer = bearerOf(request)
  let caller: Caller | undefined = request.caller.userId === '' ? undefined : request.caller
  const timer = caller ? undefined : setTimeout(onRefuse, patienceMs).unref()
  const {bytesRead: before} = connection
  const watch = (): void => {
    if (connection.bytesRead - before > maxBytes) onRefuse()
  }
  const known = (): void => {
    clearTimeout(timer)
    connection.off('data', watch)
  }
  if (!caller) {
    connection.on('data', watch)
    connection.once('close', known)
  }
  let refused: number | undefined
  const proof = async (token: string): Promise<Caller> => {
    const opened = await access()
    try {
      return callerAs(await opened.authenticate(token, originOf(request)), userId)
    } catch (error) {
      if (isEssenceError(error)) refused = refusals[error.code]
      throw error
    }
  }
  return {
    caller: () => caller,
    /** What to close with where nothing can follow. */
    refused: () => refused,
    /** @throws TOKEN_REJECTED, NOT_ALLOWED, STORE_UNAVAILABLE */
    async prove(token: string): Promise<void> {
      if (caller?.via === 'local') return
      const proven = await proof(token)
      if (!caller) assertRoom(proven)
      caller = proven
      bearer = token
      request.caller = caller
      known()
    },
    /** The caller as of now: a token ends, a person may be blocked. @throws TOKEN_MISSING, and as `prove` */
    async current(): Promise<Caller> {
      if (!caller) {
        throw new EssenceError('TOKEN_MISSING', 'Say first who you are.', {
          suggestions: ['Send {"type": "auth", "token": "…"}.'],
        })
      }
      if (caller.via !== 'local') await this.prove(bearer ?? '')
      return caller
    },
  }
}
