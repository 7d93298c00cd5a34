import {and, asc, desc, eq, gt, inArray, isNull, ne, type SQL, sql} from 'drizzle-orm'
import {EssenceError} from '../kit/errors.ts'
import type {Cipher} from '../store/encryption/cipher.ts'
import {asTsquery, wordQueries, wordsOf} from '../store/encryption/words.ts'
import {conversations, messages} from '../store/schema.ts'
import type {Database} from '../store/store.ts'
import {cleanText, isUuid} from './clean.ts'
import {type MessageDetails, openContent, openDetails} from './message-rows.ts'
import type {ConversationInfo, ConversationPage, MessagePage, StoredMessage} from './port.ts'

const maxTitleLength = 60
const maxGivenTitleLength = 120

/** Conversations of a person in which something was said, the newest first. @throws USAGE */
export const listConversations = async (
  db: Database,
  {cipher, speaker}: {cipher: Cipher; speaker: string},
  {page = 1, pageSize = 20, before, session, query = ''}: ConversationPage = {},
): Promise<{items: ConversationInfo[]; total: number}> => {
  checkRange('page', page, [1, 1_000_000])
  checkRange('page size', pageSize, [1, 100])
  if (before) checkRange('time before', before.getTime(), [0, 8.64e15])
  const wanted = and(
    eq(conversations.speaker, speaker),
    before && sql`${conversations.lastAt} < ${before.toISOString()}::timestamptz`,
    session === undefined ? undefined : eq(conversations.session, session),
    ...wordQueries(cipher, query, speaker).map(({plain, hashed}) => saysWord(asTsquery(plain, hashed))),
    // One that was opened and in which nothing was said is none.
    sql`exists (select from ${messages} where ${messages.conversationId} = ${conversations.id})`,
  )
  const [counted] = await db.select({total: sql<number>`count(*)::int`}).from(conversations).where(wanted)
  const {id, channel, title, createdAt, lastAt} = conversations
  const rows = await db
    .select({id, session: conversations.session, channel, title, createdAt, lastAt, messages: countOfMessages})
    .from(conversations)
    .where(wanted)
    .orderBy(desc(lastAt), id)
    .limit(pageSize)
    .offset((page - 1) * pageSize)
  const titles = await titlesOf(
    db,
    cipher,
    rows.filter(row => row.title === null).map(row => row.id),
  )
  const items = rows.map(row => ({
    ...row,
    channel: row.channel ?? undefined,
    title:
      row.title === null
        ? (titles.get(row.id) ?? '')
        : cipher.open(row.title, 'conversations.title', {id: row.id, speaker}),
  }))
  return {items, total: counted?.total ?? 0}
}

/** A word that is in the title its person gave, or was said. */
const saysWord = (asked: SQL): SQL => sql`(conversations.words @@ ${asked} or exists (
  select from messages where messages.conversation_id = conversations.id and messages.role <> 'tool' and messages.words @@ ${asked}))`

/** Of the conversation of a row; Drizzle would leave out the tables' names here. */
const countOfMessages = sql<number>`(select count(*)::int from messages where messages.conversation_id = conversations.id)`

/** The first words that were said in each. */
const titlesOf = async (db: Database, cipher: Cipher, ids: string[]): Promise<Map<string, string>> => {
  if (ids.length === 0) return new Map()
  const first = await db
    .selectDistinctOn([messages.conversationId])
    .from(messages)
    .where(and(inArray(messages.conversationId, ids), eq(messages.role, 'user')))
    .orderBy(messages.conversationId, asc(messages.ordinal))
  return new Map(first.map(row => [row.conversationId, titleOf(openContent(cipher, row))]))
}

const titleOf = (content: string): string => {
  const line = content.replace(/\s+/g, ' ').trim()
  if (line.length <= maxTitleLength) return line
  const cut = line.slice(0, maxTitleLength - 1)
  return `${(cut.slice(0, cut.lastIndexOf(' ')) || cut).toWellFormed()}…`
}

/** Messages of a conversation, the oldest first. @throws CONVERSATION_UNKNOWN, USAGE */
export const messagesIn = async (
  db: Database,
  {cipher, speaker, conversation}: {cipher: Cipher; speaker: string; conversation: string},
  {after = 0, limit = 100}: MessagePage = {},
): Promise<StoredMessage[]> => {
  checkRange('ordinal after', after, [0, 2 ** 31 - 1])
  checkRange('limit', limit, [1, 1000])
  const mine = and(eq(conversations.speaker, speaker), eq(conversations.id, knownId(conversation)))
  const [known] = await db.select({id: conversations.id}).from(conversations).where(mine)
  if (!known) throw unknownConversation(conversation)
  const {id, ordinal, role, content, details, createdAt} = messages
  const rows = await db
    .select({id, ordinal, role, content, details, createdAt})
    .from(messages)
    .where(and(eq(messages.conversationId, known.id), gt(ordinal, after)))
    .orderBy(asc(ordinal))
    .limit(limit)
  return rows.map(({details, ...row}) => {
    const sealed = {id: row.id, speaker, content: row.content, details}
    return {...row, content: openContent(cipher, sealed), tools: toolsOf(openDetails(cipher, sealed))}
  })
}

const toolsOf = (details: MessageDetails): string[] | undefined => {
  const {name, toolCalls} = details as {name?: string; toolCalls?: {name: string}[]}
  return toolCalls?.map(call => call.name) ?? (name === undefined ? undefined : [name])
}

/** Gives a conversation another title. @throws CONVERSATION_UNKNOWN, USAGE (none, or one that is too long) */
export const renameConversation = async (
  db: Database,
  {cipher, speaker, conversation, title}: {cipher: Cipher; speaker: string; conversation: string; title: string},
): Promise<void> => {
  const text = cleanText(title).replace(/\s+/g, ' ').trim()
  checkRange('length of the title', text.length, [1, maxGivenTitleLength])
  const id = knownId(conversation).toLowerCase()
  const renamed = await db
    .update(conversations)
    .set({title: cipher.seal(text, 'conversations.title', {id, speaker}), words: wordsOf(cipher, text, speaker)})
    .where(and(eq(conversations.speaker, speaker), eq(conversations.id, id)))
    .returning({id: conversations.id})
  if (renamed.length === 0) throw unknownConversation(conversation)
}

/** Makes a conversation the one that goes on in its session, or in another. @throws CONVERSATION_UNKNOWN */
export const resumeConversation = (
  db: Database,
  {speaker, conversation, session, at}: {speaker: string; conversation: string; session?: string | undefined; at: Date},
): Promise<void> =>
  db.transaction(async tx => {
    const mine = and(eq(conversations.speaker, speaker), eq(conversations.id, knownId(conversation)))
    const [known] = await tx.select({session: conversations.session}).from(conversations).where(mine)
    if (!known) throw unknownConversation(conversation)
    const resumed = session ?? known.session
    await tx
      .update(conversations)
      .set({endedAt: at})
      .where(
        and(
          ...[eq(conversations.speaker, speaker), eq(conversations.session, resumed)],
          ...[isNull(conversations.endedAt), ne(conversations.id, conversation)],
        ),
      )
    await tx.update(conversations).set({session: resumed, endedAt: null, lastAt: at}).where(mine)
  })

/** Erases a conversation; its messages, their vectors and its summary go with it. @throws CONVERSATION_UNKNOWN */
export const removeConversation = async (db: Database, speaker: string, conversation: string): Promise<void> => {
  const gone = await db
    .delete(conversations)
    .where(and(eq(conversations.speaker, speaker), eq(conversations.id, knownId(conversation))))
    .returning({id: conversations.id})
  if (gone.length === 0) throw unknownConversation(conversation)
}

/** @throws USAGE */
const checkRange = (what: string, value: number, [min, max]: [number, number]): void => {
  if (Number.isInteger(value) && value >= min && value <= max) return
  throw new EssenceError('USAGE', `The ${what} is ${value}; a whole number from ${min} to ${max} was expected.`)
}

/** @throws CONVERSATION_UNKNOWN */
const knownId = (id: string): string => {
  if (!isUuid(id)) throw unknownConversation(id)
  return id
}

const unknownConversation = (id: string): EssenceError =>
  new EssenceError('CONVERSATION_UNKNOWN', `This person has no conversation "${id.slice(0, 60)}".`, {
    suggestions: ['See which there are: essence memory conversations'],
  })
