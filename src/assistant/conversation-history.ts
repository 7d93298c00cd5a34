import type {ChatMessage} from '../llm/port.ts'
import {RecentSessions, type RecentSessionsOptions} from './recent-sessions.ts'

interface Exchange {
  user: string
  assistant: string
}

/** What was said in one session, as far as it fits. */
export class ConversationHistory {
  readonly #maxMessages: number
  #exchanges: Exchange[] = []

  /** @param maxMessages the user's and the assistant's */
  constructor(maxMessages: number) {
    this.#maxMessages = maxMessages
  }

  add(exchange: Exchange): void {
    this.#exchanges.push(exchange)
  }

  /**
   * The messages, oldest first. When they are too many, or do not fit, the older half is forgotten at once: a window that slides
   * with every turn would change the start of every prompt, and the engine could reuse none of what it has computed.
   * @param fits whether a prompt with these messages fits; not asked where there are none
   */
  async fitted(fits: (messages: ChatMessage[]) => Promise<boolean>): Promise<ChatMessage[]> {
    for (;;) {
      const messages = this.#messages()
      if (messages.length === 0) return messages
      if (messages.length <= this.#maxMessages && (await fits(messages))) return messages
      this.#exchanges.splice(0, Math.ceil(this.#exchanges.length / 2))
    }
  }

  #messages(): ChatMessage[] {
    return this.#exchanges.flatMap(({user, assistant}): ChatMessage[] => [
      {role: 'user', content: user},
      {role: 'assistant', content: assistant},
    ])
  }
}

/** What was said in each session. It may outlive the assistant that answers: the next one goes on from there. */
export type Conversations = RecentSessions<ConversationHistory>

/** @param historyMessages of a session that are remembered, user's and assistant's. Default 20 */
export const openConversations = (historyMessages = 20, options: RecentSessionsOptions = {}): Conversations =>
  new RecentSessions(() => new ConversationHistory(historyMessages), options)
