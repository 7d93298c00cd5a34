import {and, eq, isNull} from 'drizzle-orm'
import {isEssenceError, messageOf} from '../kit/errors.ts'
import type {Embedder} from '../llm/embedding-port.ts'
import type {LanguageModel} from '../llm/port.ts'
import {askStore} from '../store/ask-store.ts'
import {conversations, facts} from '../store/schema.ts'
import type {Store} from '../store/store.ts'
import {checkKeys, cleanText} from './clean.ts'
import {conclude} from './conclusions.ts'
import {openConversation} from './conversations.ts'
import {correctFact, eraseFact, factsOf, noteFact} from './facts.ts'
import {idleWork} from './idle.ts'
import {
  listConversations,
  messagesIn,
  removeConversation,
  renameConversation,
  resumeConversation,
} from './past-conversations.ts'
import type {Memory} from './port.ts'
import {recollect, type Wanted} from './recall.ts'
import {summarize} from './summary.ts'
import {embedChecked, embedMissing} from './vectors.ts'
import {Windows} from './windows.ts'

export interface MemoryOptions {
  /** Not closed with the memory: others use it, too. */
  store: Store
  /** Finds what means alike. Default: what has words in common is found. */
  embedder?: Embedder | undefined
  /** Makes summaries and finds facts that were not said plainly, in idle time. Default: neither. */
  llm?: LanguageModel | undefined
  /** Silence after which a conversation begins anew, in ms. Default 30 minutes. */
  idleMs?: number | undefined
  /** Silence after a turn before the language model is used, in ms. Default 5000. */
  pauseMs?: number | undefined
  /** Messages of a window at most. Default 100. */
  windowMessages?: number | undefined
  /** Another clock, for tests. */
  now?: (() => Date) | undefined
  /** Told what fails in the background. Default: nothing. */
  log?: ((message: string) => void) | undefined
}

const defaultLimit = 8

/** What is remembered of people, in a database. Whatever fails of the database is STORE_UNAVAILABLE, soon, and works again once it is back. */
export const openMemory = (options: MemoryOptions): Memory => {
  const {store, embedder, llm, idleMs = 30 * 60_000, pauseMs = 5000, windowMessages = 100} = options
  const {now = () => new Date(), log = () => {}} = options
  const ask = askStore(store)
  const {cipher} = store
  const windows = new Windows()
  /** Every row was looked at for its vector; since then only these people have new ones. To look at all takes long. */
  let isLookedAt = false
  const changed = new Set<string>()
  const idle = idleWork({
    always: async signal => {
      if (!embedder) return
      const speakers = isLookedAt ? [...changed] : undefined
      changed.clear()
      isLookedAt = false
      await embedMissing(ask, embedder, {cipher, speakers, signal})
      isLookedAt = true
    },
    whenIdle: async signal => {
      if (!llm) return
      await summarize(ask, llm, {cipher, windows, signal})
      await conclude(ask, llm, {cipher, now, signal})
    },
    pauseMs,
    log,
  })
  const somethingNew = (speaker: string): void => {
    changed.add(speaker)
    idle.ended()
  }
  const erasedAll: ((speaker: string) => void)[] = []
  // What a process that ended before had left to do.
  idle.ended()

  /** The vector of a question; without it the words have to do. @throws CANCELLED */
  const vectorOf = async (text: string, signal: AbortSignal | undefined): Promise<Wanted['vector']> => {
    if (!embedder) return undefined
    try {
      const [values] = await embedChecked(embedder, [text], {as: 'query', signal})
      return values && {values, model: embedder.model}
    } catch (error) {
      if (isEssenceError(error) && error.code === 'CANCELLED') throw error
      log(`memory: searched by words only: ${messageOf(error)}`)
      return undefined
    }
  }

  return {
    async open(place) {
      idle.spoken()
      return openConversation(place, {
        ask,
        cipher,
        windows,
        idleMs,
        windowMessages,
        now,
        onAdded: () => somethingNew(place.speaker),
      })
    },
    async forgetSession({speaker, session}) {
      checkKeys({speaker, session})
      const open = and(
        eq(conversations.speaker, speaker),
        eq(conversations.session, session),
        isNull(conversations.endedAt),
      )
      await ask(db => db.delete(conversations).where(open))
    },
    async recall({speaker, session}, text, {limit = defaultLimit, signal} = {}) {
      checkKeys({speaker, session})
      const asked = cleanText(text)
      if (asked.trim() === '') return []
      const vector = await vectorOf(asked, signal)
      return ask(async db => {
        const [open] = await db
          .select({id: conversations.id, summarizedTo: conversations.summarizedTo})
          .from(conversations)
          .where(
            and(eq(conversations.speaker, speaker), eq(conversations.session, session), isNull(conversations.endedAt)),
          )
        const except = open && {conversation: open.id, after: windows.leftOf(open.id) ?? open.summarizedTo}
        return recollect(db, cipher, {speaker, text: asked, vector, except, limit})
      })
    },
    async facts(speaker, {past} = {}) {
      checkKeys({speaker})
      return ask(db => factsOf(db, {cipher, speaker, past}))
    },
    async note(speaker, fact) {
      checkKeys({speaker})
      const noted = await ask(db => db.transaction(tx => noteFact(tx, {cipher, speaker, fact, now: now()})))
      somethingNew(speaker)
      return noted
    },
    async correct(speaker, id, text) {
      checkKeys({speaker})
      const corrected = await ask(db => db.transaction(tx => correctFact(tx, {cipher, speaker, id, text, now: now()})))
      somethingNew(speaker)
      return corrected
    },
    async erase(speaker, id) {
      checkKeys({speaker})
      await ask(db => db.transaction(tx => eraseFact(tx, {cipher, speaker, id})))
    },
    async conversations(speaker, page) {
      checkKeys({speaker})
      return ask(db => listConversations(db, {cipher, speaker}, page))
    },
    async messages(speaker, conversation, page) {
      checkKeys({speaker})
      return ask(db => messagesIn(db, {cipher, speaker, conversation}, page))
    },
    async renameConversation(speaker, conversation, title) {
      checkKeys({speaker})
      await ask(db => renameConversation(db, {cipher, speaker, conversation, title}))
    },
    async resumeConversation(speaker, conversation, session) {
      checkKeys({speaker, ...(session === undefined ? {} : {session})})
      await ask(db => resumeConversation(db, {speaker, conversation, session, at: now()}))
    },
    async removeConversation(speaker, conversation) {
      checkKeys({speaker})
      await ask(db => removeConversation(db, speaker, conversation))
    },
    async eraseAll(speaker) {
      checkKeys({speaker})
      await ask(db =>
        db.transaction(async tx => {
          await tx.delete(facts).where(eq(facts.speaker, speaker))
          await tx.delete(conversations).where(eq(conversations.speaker, speaker))
        }),
      )
      for (const tell of erasedAll) tell(speaker)
    },
    onErasedAll: tell => void erasedAll.push(tell),
    async settle(signal) {
      // Other processes may have added to the database.
      isLookedAt = false
      await idle.settle(signal)
    },
    close: () => idle.close(),
  }
}
