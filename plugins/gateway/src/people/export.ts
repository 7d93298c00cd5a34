import {messageText} from '@essence/core/memory/export'
import type {StoredMessage} from '@essence/core/memory/port'
import {messageToWire} from './conversation-wire.ts'

export interface Exported {
  conversation: string
  userId: string
  /** As the path names it. */
  chatId: string
  messages: AsyncIterable<StoredMessage>
}

export const contentTypes = {json: 'application/json; charset=utf-8', txt: 'text/plain; charset=utf-8'}

/** A conversation as a file, piece by piece; what is only known at the end stands there. */
export const exportPieces = ({format, ...exported}: Exported & {format: 'json' | 'txt'}): AsyncGenerator<string> =>
  format === 'json' ? jsonPieces(exported) : textPieces(exported)

async function* jsonPieces({conversation, userId, chatId, messages}: Exported): AsyncGenerator<string> {
  const head = {conversation_id: conversation, user_id: userId, chat_id: chatId, metadata: {}}
  yield `${JSON.stringify(head).slice(0, -1)},"messages":[`
  let count = 0
  let [first, last]: (Date | undefined)[] = []
  for await (const message of messages) {
    first ??= message.createdAt
    last = message.createdAt
    yield `${count++ > 0 ? ',' : ''}${JSON.stringify(messageToWire(message))}`
  }
  const foot = {message_count: count, created_at: first ?? null, updated_at: last ?? null}
  yield `],${JSON.stringify(foot).slice(1)}\n`
}

async function* textPieces({conversation, messages}: Exported): AsyncGenerator<string> {
  yield `Conversation ${conversation}. Times are UTC.\n\n`
  for await (const message of messages) if (!message.tools) yield `${messageText(message)}\n`
}
