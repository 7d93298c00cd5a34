import {EssenceError, throwIfCancelled} from '../kit/errors.ts'
import type {AssistantRequest} from './port.ts'

/** Resolves once it is certain that the person said this, see `LiveReply`: to be awaited before anything that lasts. @throws CANCELLED */
export const untilSettled = async ({live, signal}: Pick<AssistantRequest, 'live' | 'signal'>): Promise<void> => {
  if (!live) return
  throwIfCancelled(signal)
  const {promise, reject} = Promise.withResolvers<never>()
  const abort = (): void => reject(new EssenceError('CANCELLED', 'Cancelled.', {cause: signal?.reason}))
  signal?.addEventListener('abort', abort, {once: true})
  try {
    await Promise.race([live.settled, promise])
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}
