import type {Limit} from '@essence/core/channel/send-rate/places'

/**
 * What Telegram takes of a bot without refusing: about 30 messages a second in all; in one chat one a second, a few more for a moment; in a
 * group 20 a minute. https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
 */
export const inAll: Limit = {count: 30, ms: 1000}
const inOne: Limit = {count: 4, ms: 4000}
const inGroup: Limit = {count: 20, ms: 60_000}

/** Calls that people see something of in a chat, but for an action, which is nothing that is sent. */
export const isMessage = (method: string): boolean => /^(send(?!ChatAction)|forward|copy|edit)/.test(method)

/** What is taken of a call in its chat. A draft is none of its messages, and has a pace of its own. */
export const inChat = (method: string, chat: unknown): {chat: string; limits: readonly Limit[]} => {
  if (method === 'sendMessageDraft') return {chat: '', limits: []}
  // Ids of groups are negative.
  return {chat: String(chat), limits: Number(chat) < 0 ? [inOne, inGroup] : [inOne]}
}
