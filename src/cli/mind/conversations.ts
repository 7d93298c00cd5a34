import type {Mind} from '../../assistant/port.ts'
import {EssenceError} from '../../kit/errors.ts'
import type {ConversationInfo} from '../../memory/port.ts'

/** Letters of an id that are shown, and that suffice to name a conversation. */
const shownId = 8

/** The conversation that an id, or the beginning of one, names. @throws CONVERSATION_UNKNOWN (none, or several) */
export const conversationNamed = async (
  memory: Pick<Mind['memory'], 'conversations'>,
  speaker: string,
  id: string,
): Promise<ConversationInfo> => {
  const named = new Map<string, ConversationInfo>()
  for (let page = 1; ; page++) {
    const {items} = await memory.conversations(speaker, {page, pageSize: 100})
    if (items.length === 0) break
    for (const info of items) if (id !== '' && info.id.startsWith(id.toLowerCase())) named.set(info.id, info)
  }
  const [info] = named.values()
  if (info && named.size === 1) return info
  const found = named.size > 1 ? `${named.size} conversations begin so` : 'there is none'
  throw new EssenceError('CONVERSATION_UNKNOWN', `"${id}" names no conversation of ${speaker}: ${found}.`, {
    suggestions: [`See which there are: essence memory conversations --speaker ${speaker}`],
  })
}

/** Lines for people: when it was, how long it is, how it began. */
export const conversationLines = (infos: readonly ConversationInfo[]): string[] =>
  infos.map(({id, session, lastAt, messages, title}) => {
    const at = lastAt.toISOString().slice(0, 16).replace('T', ' ')
    return `${id.slice(0, shownId)}  ${at}  ${session}  ${messages} messages  ${title}`
  })
