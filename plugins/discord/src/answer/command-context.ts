import type {Chats, Choices} from '@essence/core/channel/chats'
import type {Person} from '@essence/core/channel/commands/memory-commands'
import type {PersonLanguages} from '@essence/core/channel/language/person-languages'
import type {RecordingLimits} from '@essence/core/channel/recording-limits'
import type {TurnLog} from '@essence/core/channel/turn-log'
import type {Voices} from '@essence/core/channel/voices/voices'
import type {TurnEngines} from '@essence/core/voice/turn'

/** What answers to commands, and to messages, need of the service. */
export interface CommandContext {
  /** ISO 639-1 of what people speak, or `auto`; a person may choose another one. */
  language: string
  engines: TurnEngines & {notices: readonly string[]}
  limits: RecordingLimits
  turnLog: TurnLog
  /** What people have chosen for themselves, and for channels: see `choicesOf`. */
  chats: Chats
  /** By the same keys. */
  languages: PersonLanguages
  /** Undefined where nobody is known by their voice. */
  voices?: Voices | undefined
  /** ms since the epoch. */
  now: () => number
  /** IANA name of the time zone people are told times in. Default: the machine's. */
  timeZone?: string | undefined
}

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
