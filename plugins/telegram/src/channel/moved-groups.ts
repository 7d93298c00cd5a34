import type {ChannelAccess} from '@essence/core/access/channel/port'
import type {Log} from '@essence/core/service/log'
import {isIncoming, type Pending} from '../incoming.ts'
import type {Moved} from '../read-incoming.ts'

// A group that becomes a supergroup gets another id: https://core.telegram.org/bots/api#message (migrate_to_chat_id). What is known of it
// goes with it; its conversations keep the name they have by the first id.

const channel = 'telegram'

/** Records that a group moved; as often as it is told. @throws STORE_UNAVAILABLE, DISK_FULL */
export const noteMoved = async (
  {from, to}: Moved,
  access: Pick<ChannelAccess, 'move'>,
  log: Pick<Log, 'info'>,
): Promise<void> => {
  const hasMoved = await access.move({channel, from: String(from), to: String(to)})
  if (hasMoved) log.info({from, to}, 'a group has another id, as a supergroup; what is known of it moved along')
}

/** A message as one of the group where it is now. @throws STORE_UNAVAILABLE */
export const whereItIs = async <P extends Pending>(message: P, access: Pick<ChannelAccess, 'idsOf'>): Promise<P> => {
  // Ids of groups are below zero.
  if (message.chatId >= 0) return message
  const {now, first} = await access.idsOf({channel, id: String(message.chatId)})
  const [chatId, firstChatId] = [Number(now), Number(now === String(message.chatId) ? first : message.chatId)]
  if (!isIncoming(message)) return {...message, chatId}
  return firstChatId === chatId ? message : {...message, chatId, firstChatId}
}
