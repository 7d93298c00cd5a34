import {and, asc, eq, gt, inArray, lte} from 'drizzle-orm'
import type {ChatMessage, LanguageModel} from '../llm/port.ts'
import type {AskStore} from '../store/ask-store.ts'
import type {Cipher} from '../store/encryption/cipher.ts'
import {conversations, messages} from '../store/schema.ts'
import {askAbout, maxBatch, type SaidMessage, transcriptOf} from './ask-model.ts'
import {cleanText} from './clean.ts'
import {openContent} from './message-rows.ts'
import type {Windows} from './windows.ts'

const maxTokens = 200

/** Characters of a summary: a model that finds no end does not fill the prompt. */
const maxLength = 1200

/** Takes what has left the windows into the summaries of their conversations. @throws CANCELLED, STORE_UNAVAILABLE, and what the model throws */
export const summarize = async (
  ask: AskStore,
  llm: LanguageModel,
  {cipher, windows, signal}: {cipher: Cipher; windows: Windows; signal: AbortSignal},
): Promise<void> => {
  const ids = windows.shortened
  if (ids.length === 0) return
  const rows = await ask(db =>
    db
      .select({id: conversations.id, summarizedTo: conversations.summarizedTo})
      .from(conversations)
      .where(inArray(conversations.id, ids)),
  )
  for (const {id, summarizedTo} of rows) {
    const left = windows.leftOf(id) ?? 0
    if (left > summarizedTo) while (await summarizeSome(ask, llm, {cipher, id, left, signal}));
  }
}

/** @returns whether there is more */
const summarizeSome = async (
  ask: AskStore,
  llm: LanguageModel,
  {cipher, id, left, signal}: {cipher: Cipher; id: string; left: number; signal: AbortSignal},
): Promise<boolean> => {
  const [conversation] = await ask(db => db.select().from(conversations).where(eq(conversations.id, id)))
  if (!conversation || conversation.summarizedTo >= left) return false
  const {summary: sealed, summarizedTo, speaker} = conversation
  const summary = sealed === null ? null : cipher.open(sealed, 'conversations.summary', conversation)
  const rows = await ask(db =>
    db
      .select({id: messages.id, ordinal: messages.ordinal, role: messages.role, content: messages.content})
      .from(messages)
      .where(and(eq(messages.conversationId, id), gt(messages.ordinal, summarizedTo), lte(messages.ordinal, left)))
      .orderBy(asc(messages.ordinal))
      .limit(maxBatch),
  )
  const said = rows.map(row => ({...row, content: openContent(cipher, {...row, speaker})}))
  const answered =
    said.length === 0 ? undefined : await askAbout(llm, said, some => promptOf(summary, some), {maxTokens, signal})
  const to = said[(answered?.taken ?? 0) - 1]?.ordinal ?? left
  // A model that says nothing leaves the summary as it was; else it would be asked for ever.
  const next = answered?.answer ? cleanText(answered.answer.slice(0, maxLength)) : summary
  await ask(db =>
    db
      .update(conversations)
      .set({
        summary: next === null ? null : cipher.seal(next, 'conversations.summary', conversation),
        summarizedTo: to,
      })
      // Another process, or somebody who had something erased, may have been faster.
      .where(and(eq(conversations.id, id), eq(conversations.summarizedTo, summarizedTo))),
  )
  return to < left
}

const promptOf = (summary: string | null, said: readonly SaidMessage[]): ChatMessage[] => [
  {
    role: 'system',
    content:
      'You keep notes of a conversation between a person and June. Write a summary of at most five short sentences, in the language of the conversation: what the person wants, what was decided, names, numbers, dates. Only what was said. No introduction.',
  },
  {
    role: 'user',
    content: `${summary ? `The summary so far:\n${summary}\n\n` : ''}What was said then:\n${transcriptOf(said)}\n\nThe new summary:`,
  },
]
