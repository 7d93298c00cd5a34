import {collected} from '../kit/flow/iterate.ts'
import type {ConversationInfo, Fact, Memory, StoredMessage} from './port.ts'

/** What a person may take along: what is known, and what was said. */
export interface ExportedMemory {
  speaker: string
  /** Also what was true once. Absent where one conversation was asked for. */
  facts?: Fact[] | undefined
  /** The oldest first. */
  conversations: (Omit<ConversationInfo, 'messages'> & {messages: StoredMessage[]})[]
}

type Exporting = Pick<Memory, 'facts' | 'conversations' | 'messages'>

/**
 * All that is remembered of a person.
 * @param session only the conversations of this one, without facts
 * @throws as `Memory`
 */
export const exportMemory = async (memory: Exporting, speaker: string, session?: string): Promise<ExportedMemory> => {
  const infos = new Map<string, ConversationInfo>()
  for (let page = 1; ; page++) {
    const {items} = await memory.conversations(speaker, {page, pageSize: 100, session})
    if (items.length === 0) break
    // One that goes on meanwhile moves the others to later pages, where they come again.
    for (const info of items) infos.set(info.id, info)
  }
  const conversations: ExportedMemory['conversations'] = []
  for (const info of [...infos.values()].toReversed())
    conversations.push({...info, messages: await collected(allMessages(memory, speaker, info.id))})
  return {speaker, facts: session === undefined ? await memory.facts(speaker, {past: true}) : undefined, conversations}
}

/** The messages of a conversation, the oldest first. @throws CONVERSATION_UNKNOWN, STORE_UNAVAILABLE */
export async function* allMessages(
  memory: Pick<Memory, 'messages'>,
  speaker: string,
  conversation: string,
): AsyncGenerator<StoredMessage> {
  for (let after: number | undefined; ; ) {
    const messages = await memory.messages(speaker, conversation, {after, limit: 1000})
    yield* messages
    after = messages.at(-1)?.ordinal
    if (after === undefined) return
  }
}

/** The same to read: facts, then each conversation, without what tools said. Times are UTC. */
export const exportText = ({facts = [], conversations}: ExportedMemory): string => {
  const known = facts.map(({text, validFrom, validTo}) => {
    const until = validTo ? ` to ${timeOf(validTo)}` : ''
    return `- ${indented(text)} (${timeOf(validFrom)}${until})`
  })
  const parts = conversations.map(({session, createdAt, messages}) =>
    [
      `# ${timeOf(createdAt)}, ${session}`,
      '',
      ...messages.filter(({tools}) => tools === undefined).map(messageText),
    ].join('\n'),
  )
  const all = known.length > 0 ? [['# Known', '', ...known].join('\n'), ...parts] : parts
  return all.map(part => `${part}\n`).join('\n')
}

/** One message to read; not for what tools said. */
export const messageText = ({role, content, createdAt}: StoredMessage): string =>
  `${timeOf(createdAt)} ${role === 'user' ? 'Person' : 'June'}: ${indented(content)}`

/** A text of several lines, so that none of them can be taken for the next message. */
const indented = (text: string): string => text.replace(/\r\n?|\n/g, '\n  ')

const timeOf = (at: Date): string => at.toISOString().slice(0, 16).replace('T', ' ')
