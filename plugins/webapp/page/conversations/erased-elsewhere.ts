import {useEffect} from 'react'
import {useConversation} from '../conversation/conversation-store.ts'
import {now} from '../server/now.ts'
import {personName} from '../server/person-name.ts'
import {eraseSoundOf, lastSounds} from '../sound/kept-sound.ts'
import type {ConversationInfo} from './conversation-info.ts'

/** A conversation is listed a little after it was held. */
const listedMs = 5 * 60_000

/**
 * Sound of conversations that were erased elsewhere is erased here, too.
 * @param listed the newest conversations; undefined: not known
 * @param isAll there are no older ones
 */
export const useErasedElsewhere = (listed: readonly ConversationInfo[] | undefined, isAll: boolean): void => {
  useEffect(() => {
    if (listed) void eraseUnlisted(listed, isAll).catch(() => {})
  }, [listed, isAll])
}

const eraseUnlisted = async (listed: readonly ConversationInfo[], isAll: boolean): Promise<void> => {
  const sessions = new Set(listed.map(({session}) => session)).add(useConversation.getState().session)
  const oldest = isAll ? 0 : Math.min(...listed.map(({updated_at}) => Date.parse(updated_at)))
  for (const [session, at] of await lastSounds(personName()))
    if (!sessions.has(session) && at > oldest && (listed.length === 0 || at < now() - listedMs))
      await eraseSoundOf(session)
}
