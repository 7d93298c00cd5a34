import {and, desc, eq, gt, isNull, sql} from 'drizzle-orm'
import type {ChatMessage} from '../llm/port.ts'
import type {AskStore} from '../store/ask-store.ts'
import type {Cipher} from '../store/encryption/cipher.ts'
import {conversations, messages} from '../store/schema.ts'
import type {Database} from '../store/store.ts'
import {checkKeys} from './clean.ts'
import {noteFact} from './facts.ts'
import {openContent, openDetails, sealMessage} from './message-rows.ts'
import type {Exchange, MemoryPlace, OpenConversation} from './port.ts'
import {factsSaid} from './said/facts-said.ts'
import type {Windows} from './windows.ts'

export interface ConversationOptions {
  ask: AskStore
  cipher: Cipher
  windows: Windows
  /** Silence after which a conversation begins anew. */
  idleMs: number
  /** Messages of a window at most, however short they are. */
  windowMessages: number
  now: () => Date
  /** Called after each exchange. */
  onAdded: () => void
}

/** The conversation of a session, which begins anew after idle time. @throws USAGE, STORE_UNAVAILABLE */
export const openConversation = async (place: MemoryPlace, options: ConversationOptions): Promise<OpenConversation> => {
  const {speaker, session, channel} = place
  checkKeys({speaker, session})
  const {ask, cipher, windows, idleMs, windowMessages, now, onAdded} = options
  const at = now()
  const {id, summary, summarizedTo} = await ask(db =>
    db.transaction(async tx => {
      const open = and(
        eq(conversations.speaker, speaker),
        eq(conversations.session, session),
        isNull(conversations.endedAt),
      )
      const idleSince = new Date(at.getTime() - idleMs)
      await tx
        .update(conversations)
        .set({endedAt: at})
        .where(and(open, sql`${conversations.lastAt} <= ${idleSince.toISOString()}::timestamptz`))
      // Another process may open it at the same time: the index on open ones lets one of them make it.
      await tx
        .insert(conversations)
        .values({speaker, session, channel, createdAt: at, lastAt: at})
        .onConflictDoNothing()
      const [row] = await tx.select().from(conversations).where(open)
      if (!row) throw new Error('A conversation that was just opened is not there.')
      return row
    }),
  )

  const fitted = async (fits: (messages: ChatMessage[]) => Promise<boolean>): Promise<ChatMessage[]> => {
    const from = windows.leftOf(id) ?? summarizedTo
    const rows = await ask(db =>
      db
        .select({
          id: messages.id,
          ordinal: messages.ordinal,
          role: messages.role,
          content: messages.content,
          details: messages.details,
        })
        .from(messages)
        .where(and(eq(messages.conversationId, id), gt(messages.ordinal, from)))
        .orderBy(desc(messages.ordinal))
        .limit(windowMessages),
    )
    const opened = rows.reverse().map(({id: messageId, ordinal, role, content, details}) => {
      const sealed = {id: messageId, speaker, content, details}
      const message: ChatMessage = {role, content: openContent(cipher, sealed), ...openDetails(cipher, sealed)}
      return {ordinal, role, message}
    })
    const exchanges = exchangesOf(opened)
    for (;;) {
      const window = exchanges.flat()
      const said = window.map(({message}) => message)
      if (said.length === 0 || (await fits(said))) {
        const [first] = window
        const last = rows.at(-1)
        if (first) windows.setLeft(id, first.ordinal - 1)
        else if (last) windows.setLeft(id, last.ordinal)
        return said
      }
      exchanges.splice(0, Math.ceil(exchanges.length / 2))
    }
  }

  const add = async (exchange: Exchange): Promise<void> => {
    await ask(db => db.transaction(tx => addExchange(tx, {cipher, id, speaker, exchange, at: now()})))
    onAdded()
  }

  const opened = summary === null ? undefined : cipher.open(summary, 'conversations.summary', {id, speaker})
  return {summary: opened, fitted, add}
}

/** Messages by exchange, each of which begins with the person's; what precedes the first of those belongs to none here. */
const exchangesOf = <T extends {role: string}>(rows: readonly T[]): T[][] => {
  const exchanges: T[][] = []
  for (const row of rows) {
    if (row.role === 'user') exchanges.push([row])
    else exchanges.at(-1)?.push(row)
  }
  return exchanges
}

interface Added {
  cipher: Cipher
  id: string
  speaker: string
  exchange: Exchange
  at: Date
}

const addExchange = async (tx: Database, {cipher, id, speaker, exchange, at}: Added): Promise<void> => {
  // The row is locked until the end: exchanges of one conversation are added one after the other.
  const [open] = await tx
    .update(conversations)
    .set({lastAt: at})
    .where(eq(conversations.id, id))
    .returning({id: conversations.id})
  // It was forgotten meanwhile, and this exchange with it.
  if (!open) return
  const [{last} = {last: 0}] = await tx
    .select({last: sql<number>`coalesce(max(${messages.ordinal}), 0)::int`})
    .from(messages)
    .where(eq(messages.conversationId, id))
  const said = messagesOf(exchange).map((message, index) => ({
    ...sealMessage(cipher, speaker, message),
    conversationId: id,
    ordinal: last + index + 1,
    createdAt: at,
  }))
  const [user] = await tx.insert(messages).values(said).returning({id: messages.id})
  for (const fact of factsSaid(exchange.user))
    await noteFact(tx, {
      ...{cipher, speaker, now: at},
      fact: {...fact, provenance: 'said', messageId: user?.id, validFrom: at},
    })
}

const messagesOf = ({user, assistant, between = []}: Exchange): ChatMessage[] => [
  {role: 'user', content: user},
  ...between.filter(({role}) => role === 'assistant' || role === 'tool'),
  {role: 'assistant', content: assistant},
]
