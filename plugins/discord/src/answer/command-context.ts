import type {Chats, Choices} from '@essence/core/channel/chats'
import type {CommandContext} from '@essence/core/channel/commands/command-context'
import type {Person} from '@essence/core/channel/commands/memory-commands'

/** Each person has a conversation of their own in each channel: what one says to June is no other's context. */
export const personOf = ({userId, channelId}: {userId: string; channelId: string}): Person => ({
  speaker: `discord:${userId}`,
  session: `discord:${channelId}:${userId}`,
})

/** @returns undefined where a session is none of this bot's */
export const placeOf = (session: string): {channelId: string; userId: string} | undefined => {
  const [, channelId, userId] = /^discord:(\d+):(\d+)$/.exec(session) ?? []
  return channelId === undefined || userId === undefined ? undefined : {channelId, userId}
}

/** Where choices of a person are kept: language, voice and the like are theirs, wherever they speak. */
export const choicesKey = (userId: string): string => `user:${userId}`

/** What a person has chosen. @throws STORE_UNAVAILABLE */
export const choicesOf = (userId: string, {chats}: CommandContext): Promise<Choices> => chats.of(choicesKey(userId))

/** The choices of a person and of the channel they are in, as those of one chat: what goes for the channel goes for everybody in it. */
export const choicesIn = (
  {userId, channelId}: {userId: string; channelId: string},
  {chats}: CommandContext,
): Pick<Chats, 'of' | 'choose'> => ({
  async of() {
    const {hears, overlap} = await chats.of(channelId)
    return {...(await chats.of(choicesKey(userId))), hears, overlap}
  },
  choose: (_, change) =>
    chats.choose('hears' in change || 'overlap' in change ? channelId : choicesKey(userId), change),
})
