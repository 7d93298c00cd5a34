import type {Jobs} from '@essence/core/channel/delivery/job'
import {isIncoming, type Pending} from './incoming.ts'

/**
 * Drops messages that were deleted and wait, with what they were changed to; a press of a button below one counts all the same.
 * @throws as `Jobs`
 */
export const dropDeleted = async (
  jobs: Pick<Jobs<Pending, never>, 'waiting' | 'drop'>,
  channelId: string,
  messageIds: readonly string[],
): Promise<void> => {
  // What people write in a channel is its lane.
  const gone = (await jobs.waiting(channelId)).filter(
    ({message}) => isIncoming(message) && !message.interaction && messageIds.includes(message.messageId ?? ''),
  )
  await jobs.drop(gone.map(({id}) => id))
}
