import type {ChatMessage} from '../llm/port.ts'

export interface HistoryLimits {
  /** Messages remembered, the user's and the assistant's. */
  historyMessages: number
  /** Tokens remembered, estimated. */
  historyTokens: number
}

interface Exchange {
  user: string
  assistant: string
}

/** The rule of thumb for English; other languages have up to four times as many tokens. The engine counts exactly. */
const charactersPerToken = 4

/** What was said in one session, within limits. */
export class ConversationHistory {
  readonly #limits: HistoryLimits
  #exchanges: Exchange[] = []

  constructor(limits: HistoryLimits) {
    this.#limits = limits
  }

  messages(): ChatMessage[] {
    return this.#exchanges.flatMap(({user, assistant}): ChatMessage[] => [
      {role: 'user', content: user},
      {role: 'assistant', content: assistant},
    ])
  }

  /**
   * Remembers an exchange. When that is too much, the older half is forgotten at once: a window that slides with every
   * turn would change the start of every prompt, and the engine could reuse none of what it has computed.
   */
  add(exchange: Exchange): void {
    this.#exchanges.push(exchange)
    if (this.#holds(this.#exchanges, 1)) return
    const newest = this.#exchanges.splice(0)
    while (newest.length > 1 && !this.#holds(newest, 0.5)) newest.shift()
    if (this.#holds(newest, 1)) this.#exchanges = newest
  }

  #holds(exchanges: Exchange[], share: number): boolean {
    const characters = exchanges.reduce((sum, {user, assistant}) => sum + user.length + assistant.length, 0)
    return (
      exchanges.length * 2 <= this.#limits.historyMessages * share &&
      characters / charactersPerToken <= this.#limits.historyTokens * share
    )
  }
}
