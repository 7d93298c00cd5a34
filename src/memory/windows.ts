/** Conversations whose window is known; the one that was asked for the longest ago goes first. */
const maxConversations = 10_000

/** Where the window of each conversation begins: what has left it does not come back while this process runs. */
export class Windows {
  readonly #left = new Map<string, number>()

  /** The ordinal of the last message that left; undefined where nothing is known of the conversation. */
  leftOf(conversation: string): number | undefined {
    return this.#left.get(conversation)
  }

  setLeft(conversation: string, ordinal: number): void {
    this.#left.delete(conversation)
    this.#left.set(conversation, ordinal)
    for (const oldest of this.#left.keys()) {
      if (this.#left.size <= maxConversations) break
      this.#left.delete(oldest)
    }
  }

  /** Conversations from which something has left. */
  get shortened(): string[] {
    return [...this.#left].filter(([, ordinal]) => ordinal > 0).map(([conversation]) => conversation)
  }
}
