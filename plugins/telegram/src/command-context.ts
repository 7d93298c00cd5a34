import type {Chats} from '@essence/core/channel/chats'
import type {Person} from '@essence/core/channel/commands/memory-commands'
import type {PersonLanguages} from '@essence/core/channel/language/person-languages'
import type {RecordingLimits} from '@essence/core/channel/recording-limits'
import type {TurnLog} from '@essence/core/channel/turn-log'
import type {Voices} from '@essence/core/channel/voices/voices'
import type {TurnEngines} from '@essence/core/voice/turn'
import type {Incoming} from './incoming.ts'

/** What answers to commands, and to messages, need of the service. */
export interface CommandContext {
  botName: string
  /** ISO 639-1 of what people speak, or `auto`. */
  language: string
  engines: TurnEngines & {notices: readonly string[]}
  limits: RecordingLimits
  turnLog: TurnLog
  /** What was chosen in each chat. */
  chats: Chats
  languages: PersonLanguages
  /** Undefined where nobody is known by their voice. */
  voices?: Voices | undefined
  /** ms since the epoch. */
  now: () => number
  /** IANA name of the time zone people are told times in. Default: the machine's. */
  timeZone?: string | undefined
}

/** In a private chat a person is their conversation; in a group each has one of their own, within it. */
export const personOf = ({
  userId,
  chatId,
  firstChatId,
}: Pick<Incoming, 'userId' | 'chatId' | 'firstChatId'>): Person => ({
  speaker: `telegram:${userId}`,
  session: `telegram:${firstChatId ?? chatId}`,
})
