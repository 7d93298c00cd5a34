import type {Chats, Choices} from '@essence/core/channel/chats'

/** What was chosen in chats, in memory. */
export const chatsOf = (first: Record<string, Choices> = {}): Pick<Chats, 'of' | 'choose'> => {
  const chosen = new Map(Object.entries(first))
  const of = async (chat: string): Promise<Choices> => chosen.get(chat) ?? {}
  return {
    of,
    async choose(chat, change) {
      const now = {...(await of(chat)), ...change} as Choices
      chosen.set(chat, now)
      return now
    },
  }
}
