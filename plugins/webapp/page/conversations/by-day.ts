import {now as time} from '../server/now.ts'
import type {ConversationInfo} from './conversation-info.ts'

export interface Day {
  /** `today`, `yesterday`, or a date. */
  name: string
  conversations: ConversationInfo[]
}

const dayMs = 24 * 60 * 60_000

/** Conversations by the day they were last held on, in the order they come. @param language that days are named in */
export const byDay = (conversations: readonly ConversationInfo[], language: string, now = new Date(time())): Day[] => {
  const days: Day[] = []
  for (const conversation of conversations) {
    const name = dayName(new Date(conversation.updated_at), language, now)
    const last = days.at(-1)
    if (last?.name === name) last.conversations.push(conversation)
    else days.push({name, conversations: [conversation]})
  }
  return days
}

const dayName = (at: Date, language: string, now: Date): string => {
  const ago = Math.round((midnight(now) - midnight(at)) / dayMs)
  if (ago <= 1) return new Intl.RelativeTimeFormat(language, {numeric: 'auto'}).format(ago <= 0 ? 0 : -1, 'day')
  const year = at.getFullYear() === now.getFullYear() ? undefined : 'numeric'
  return at.toLocaleDateString(language, {weekday: 'long', day: 'numeric', month: 'long', year})
}

const midnight = (at: Date): number => new Date(at).setHours(0, 0, 0, 0)
