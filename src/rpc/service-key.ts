import {createHash, timingSafeEqual} from 'node:crypto'
import type {Metadata} from 'nice-grpc-common'
import {EssenceError} from '../kit/errors.ts'
import type {Secret} from '../kit/secret.ts'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Whether a call shows the service's key, as `x-api-key` or `authorization: Bearer …`.
 * @throws TOKEN_MISSING, TOKEN_REJECTED
 */
export const checkKey = (get: (name: string) => string | undefined, key: Secret): void => {
  const shown = get('x-api-key') ?? /^bearer\s+(.+)$/i.exec(get('authorization') ?? '')?.[1]
  if (shown === undefined) {
    throw new EssenceError('TOKEN_MISSING', 'This service wants a key.', {
      suggestions: ['Send it as metadata: x-api-key, or authorization: Bearer …', 'For Essence: set SERVICE_API_KEY.'],
    })
  }
  // Digests: of equal length, and the time it takes tells nothing of the key.
  if (timingSafeEqual(digest(shown), digest(key.reveal()))) return
  throw new EssenceError('TOKEN_REJECTED', 'The key shown is not the one of this service.', {
    suggestions: ['Set SERVICE_API_KEY to the same value on both sides.'],
  })
}

/** Shows the key with a call. */
export const showKey = (metadata: Metadata, key: Secret): Metadata => metadata.set('x-api-key', key.reveal())
