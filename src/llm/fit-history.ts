import type {ChatMessage} from './port.ts'

/**
 * The messages with as many of the oldest exchanges left out as it takes to fit; system messages and the last user
 * message always stay. Undefined when even those do not fit.
 *
 * What is left out doubles (1, 2, 4 … exchanges) instead of growing one by one: a prompt whose start moves with every turn
 * would have to be evaluated anew each time, one whose start rests is found in the KV cache.
 */
export const fitHistory = (
  messages: readonly ChatMessage[],
  fits: (messages: ChatMessage[]) => boolean,
): ChatMessage[] | undefined => {
  const exchanges = exchangesOf(messages)
  for (let dropped = 0; ; dropped = Math.max(1, dropped * 2)) {
    const all = dropped >= exchanges.length - 1
    const left = new Set(exchanges.slice(all ? -1 : dropped).flat())
    const kept = messages.filter(message => message.role === 'system' || left.has(message))
    if (fits(kept)) return kept
    if (all) return undefined
  }
}

/** What was said, in exchanges: each begins with a user's message. */
const exchangesOf = (messages: readonly ChatMessage[]): ChatMessage[][] => {
  const exchanges: ChatMessage[][] = []
  for (const message of messages) {
    if (message.role === 'system') continue
    const current = exchanges.at(-1)
    if (!current || message.role === 'user') exchanges.push([message])
    else current.push(message)
  }
  return exchanges
}
