import type {CommandContext as Shared} from '@essence/core/channel/commands/command-context'
import type {Person} from '@essence/core/channel/commands/memory-commands'
import type {Incoming} from './incoming.ts'

export interface CommandContext extends Shared {
  botName: string
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
