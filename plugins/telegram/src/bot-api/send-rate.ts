/** So many in any stretch of so many ms. */
interface Limit {
  count: number
  ms: number
}

/**
 * What Telegram takes of a bot without refusing: about 30 messages a second in all, and in one chat one a second, a few more for a
 * moment. https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
 */
const overall: Limit = {count: 3, ms: 120}
const perChat: Limit = {count: 4, ms: 4000}

/** Chats that are remembered; of one that is forgotten nothing was sent for long. */
const maxChats = 1000

/** Calls that put something into a chat; a draft and an action are none. */
const messages = /^(send(?!ChatAction|MessageDraft)|forward|copy)/

/** Spaces messages out, so that Telegram need not send them away. */
export class SendRate {
  readonly #now: () => number
  readonly #all: number[] = []
  readonly #chats = new Map<unknown, number[]>()

  /** @param now ms since the epoch */
  constructor(now: () => number) {
    this.#now = now
  }

  /** @returns ms after which the call may be made; its place is taken */
  take(method: string, chat: unknown): number {
    if (!messages.test(method)) return 0
    const now = this.#now()
    const ofChat = this.#chats.get(chat) ?? []
    const at = Math.max(now, earliest(this.#all, overall), earliest(ofChat, perChat))
    add(this.#all, at, overall)
    add(ofChat, at, perChat)
    this.#chats.delete(chat)
    this.#chats.set(chat, ofChat)
    const [oldest] = this.#chats.keys()
    if (this.#chats.size > maxChats) this.#chats.delete(oldest)
    return at - now
  }
}

const earliest = (times: readonly number[], {count, ms}: Limit): number => {
  const first = times.at(-count)
  return first === undefined ? 0 : first + ms
}

/** In order: a later place may have been taken before. */
const add = (times: number[], at: number, {count}: Limit): void => {
  times.push(at)
  times.sort((a, b) => a - b)
  if (times.length > count) times.shift()
}
