import type {ChatMessage} from '../llm/port.ts'

/** Where a fact comes from: the person said it, it stood in a document, or it was concluded from what was said. */
export type Provenance = 'said' | 'document' | 'concluded'

/** Something that is known of a person for longer than a conversation. */
export interface Fact {
  id: string
  /** A sentence about the person: `Lives in Lyon.` */
  text: string
  /** What it tells of, `home`, `name` …: a newer fact on the same subject replaces the older one. */
  subject?: string | undefined
  provenance: Provenance
  /** 0 to 1. */
  importance: number
  validFrom: Date
  /** Since when it is no longer true; absent while it is. */
  validTo?: Date | undefined
  /** The message it was said in. */
  messageId?: string | undefined
}

/** Something of earlier that may matter now. */
export interface Recollection {
  kind: 'fact' | 'message'
  id: string
  text: string
  /** When it was said. */
  at: Date
  /** Who said it; of a fact, always the person. */
  role: 'user' | 'assistant'
  /** Greater is nearer; comparable within one answer only. */
  score: number
}

export interface MemoryPlace {
  /** The person, unique across channels: `telegram:123`. Nothing of one person is ever given to another. */
  speaker: string
  /** The conversation, unique to its person. */
  session: string
  channel?: string | undefined
}

/** What was said in one exchange; tools' messages in between, in their order. */
export interface Exchange {
  user: string
  assistant: string
  between?: readonly ChatMessage[] | undefined
}

/** A conversation as the next prompt sees it. */
export interface OpenConversation {
  /** What fell out of the window, in a few sentences; absent where nothing did. */
  readonly summary: string | undefined
  /**
   * The messages, oldest first, as many as fit; the older half leaves at once, so that most prompts begin as the one before.
   * @param fits whether a prompt with these fits; not asked where there are none
   */
  fitted(fits: (messages: ChatMessage[]) => Promise<boolean>): Promise<ChatMessage[]>
  /** Resolves once it is stored: what was added survives the end of the process. @throws STORE_UNAVAILABLE */
  add(exchange: Exchange): Promise<void>
}

/** A conversation, as its person sees it in a list. */
export interface ConversationInfo {
  id: string
  /** A session that falls silent and goes on has several conversations. */
  session: string
  channel?: string | undefined
  createdAt: Date
  /** Of its last message. */
  lastAt: Date
  /** Messages in it, those of tools included. */
  messages: number
  /** As its person named it, or the first words they said, at most 60 characters. */
  title: string
}

export interface ConversationPage {
  /** From 1. Default 1. */
  page?: number | undefined
  /** 1 to 100. Default 20. */
  pageSize?: number | undefined
  /** Only those whose last message is older: so that pages do not shift while new ones come. */
  before?: Date | undefined
  /** Only those of this session. */
  session?: string | undefined
  /** Only those in whose title or messages each of these words stands; small words are not looked for. */
  query?: string | undefined
}

/** A message as it was said. */
export interface StoredMessage {
  id: string
  /** Its place in the conversation; greater is later. */
  ordinal: number
  role: 'user' | 'assistant' | 'tool'
  content: string
  createdAt: Date
  /** Names of the tools that it calls, or whose answer it is; absent where it is talk. */
  tools?: string[] | undefined
}

export interface MessagePage {
  /** Only those of a greater ordinal. Default 0: from the first. */
  after?: number | undefined
  /** 1 to 1000. Default 100. */
  limit?: number | undefined
}

/** What is remembered of people. */
export interface Memory {
  /** The conversation of a session; one that has been idle for too long begins anew. @throws STORE_UNAVAILABLE */
  open(place: MemoryPlace): Promise<OpenConversation>
  /** Forgets a session's conversation, not the facts. */
  forgetSession(place: Pick<MemoryPlace, 'speaker' | 'session'>): Promise<void>
  /** What of earlier conversations, and which facts, matter to a text; best first. Of this person only. */
  recall(
    place: MemoryPlace,
    text: string,
    options?: {limit?: number | undefined; signal?: AbortSignal | undefined},
  ): Promise<Recollection[]>
  /** Facts that are true now, newest first; all that ever were, with `past`. */
  facts(speaker: string, options?: {past?: boolean | undefined}): Promise<Fact[]>
  /** Notes a fact, in the place of those on its subject. */
  note(speaker: string, fact: Pick<Fact, 'text' | 'subject' | 'provenance'> & Partial<Fact>): Promise<Fact>
  /** The fact as it should be; the old one is no longer true. @throws FACT_UNKNOWN (also one of another person) */
  correct(speaker: string, id: string, text: string): Promise<Fact>
  /** Erases a fact for good, from the store too. @throws FACT_UNKNOWN */
  erase(speaker: string, id: string): Promise<void>
  /** Conversations in which something was said, the newest first, and how many there are in all. @throws USAGE (no such page) */
  conversations(speaker: string, page?: ConversationPage): Promise<{items: ConversationInfo[]; total: number}>
  /** The messages of a conversation, the oldest first. @throws CONVERSATION_UNKNOWN (also another person's), USAGE (no such page) */
  messages(speaker: string, conversation: string, page?: MessagePage): Promise<StoredMessage[]>
  /** Gives a conversation a title, at most 120 characters. @throws CONVERSATION_UNKNOWN (also another person's), USAGE */
  renameConversation(speaker: string, conversation: string, title: string): Promise<void>
  /**
   * Has a conversation that fell silent go on: what is said next in its session, or in the one named, belongs to it.
   * @throws CONVERSATION_UNKNOWN (also another person's)
   */
  resumeConversation(speaker: string, conversation: string, session?: string): Promise<void>
  /** Erases a conversation for good, its summary and vectors included; facts stay. @throws CONVERSATION_UNKNOWN (also another person's) */
  removeConversation(speaker: string, conversation: string): Promise<void>
  /** Erases all that is known of a person: facts, conversations, summaries. */
  eraseAll(speaker: string): Promise<void>
  /** Has somebody told of each person of whom all was erased here: what else is kept of them is to go, too. */
  onErasedAll(tell: (speaker: string) => void): void
  /** Finishes what it makes in idle time (summaries, facts, vectors), as far as there is something to do. */
  settle(signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}
