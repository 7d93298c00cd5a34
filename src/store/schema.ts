import {sql} from 'drizzle-orm'
import {
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import {createdAt, id, moment} from './columns.ts'

export * from './access-schema.ts'

// What June keeps. Every row of a person carries `speaker`; every question asks for it. What people said, and what was made of it, may be
// sealed: those columns (`SealedColumn` of `encryption/cipher.ts`) are written and read through the store's cipher.

/** A pgvector of any dimension: which, the model beside it says; the index of each model is made when it is first used. */
const embedding = customType<{data: Float32Array; driverData: string}>({
  dataType: () => 'vector',
  toDriver: vector => `[${vector.join(',')}]`,
  fromDriver: text => Float32Array.from(JSON.parse(text) as number[]),
})

const searchable = customType<{data: string}>({dataType: () => 'tsvector'})

export const conversations = pgTable(
  'conversations',
  {
    id,
    speaker: text('speaker').notNull(),
    session: text('session').notNull(),
    channel: text('channel'),
    /** Given by its person; null: the first words said. */
    title: text('title'),
    /** Of the title; as of a message. */
    words: searchable('words'),
    createdAt,
    lastAt: moment('last_at').notNull().defaultNow(),
    /** The session began anew after this one. */
    endedAt: moment('ended_at'),
    /** What fell out of the window, up to and with the message of this ordinal. */
    summary: text('summary'),
    summarizedTo: integer('summarized_to').notNull().default(0),
    /** Messages up to here were looked through for facts. */
    minedTo: integer('mined_to').notNull().default(0),
  },
  table => [
    index('conversations_session').on(table.speaker, table.session),
    uniqueIndex('conversations_open').on(table.speaker, table.session).where(sql`${table.endedAt} is null`),
  ],
)

export const messages = pgTable(
  'messages',
  {
    id,
    conversationId: uuid('conversation_id')
      .notNull()
      .references(() => conversations.id, {onDelete: 'cascade'}),
    speaker: text('speaker').notNull(),
    /** Within its conversation, from 1. */
    ordinal: integer('ordinal').notNull(),
    role: text('role', {enum: ['user', 'assistant', 'tool']}).notNull(),
    content: text('content').notNull(),
    /** Calls of an assistant's message, or what a tool's message answers. */
    details: jsonb('details'),
    createdAt,
    /** Made by `wordsOf`: words, or hashes of them. */
    words: searchable('words'),
    embedding: embedding('embedding'),
    embeddingModel: text('embedding_model'),
  },
  table => [
    uniqueIndex('messages_ordinal').on(table.conversationId, table.ordinal),
    index('messages_speaker').on(table.speaker, table.createdAt),
    index('messages_words').using('gin', table.words),
  ],
)

export const facts = pgTable(
  'facts',
  {
    id,
    speaker: text('speaker').notNull(),
    text: text('text').notNull(),
    subject: text('subject'),
    provenance: text('provenance', {enum: ['said', 'document', 'concluded']}).notNull(),
    importance: doublePrecision('importance').notNull().default(0.5),
    validFrom: moment('valid_from').notNull().defaultNow(),
    validTo: moment('valid_to'),
    /** What took its place. */
    replacedBy: uuid('replaced_by'),
    messageId: uuid('message_id').references(() => messages.id, {onDelete: 'set null'}),
    createdAt,
    /** As of a message. */
    words: searchable('words'),
    embedding: embedding('embedding'),
    embeddingModel: text('embedding_model'),
  },
  table => [index('facts_speaker').on(table.speaker, table.validTo), index('facts_words').using('gin', table.words)],
)

export const documents = pgTable(
  'documents',
  {
    id,
    /** Whose it is; null: everybody's. */
    owner: text('owner'),
    name: text('name').notNull(),
    kind: text('kind').notNull(),
    /** sha256 of the bytes, hex. */
    digest: text('digest').notNull(),
    bytes: integer('bytes').notNull(),
    pages: integer('pages'),
    createdAt,
  },
  table => [index('documents_owner').on(table.owner), index('documents_digest').on(table.digest)],
)

export const chunks = pgTable(
  'chunks',
  {
    id,
    documentId: uuid('document_id')
      .notNull()
      .references(() => documents.id, {onDelete: 'cascade'}),
    ordinal: integer('ordinal').notNull(),
    text: text('text').notNull(),
    page: integer('page'),
    headings: jsonb('headings').$type<string[]>().notNull().default([]),
    words: searchable('words').generatedAlwaysAs(sql`to_tsvector('simple', text)`),
    embedding: embedding('embedding'),
    embeddingModel: text('embedding_model'),
  },
  table => [
    uniqueIndex('chunks_ordinal').on(table.documentId, table.ordinal),
    index('chunks_words').using('gin', table.words),
    index('chunks_model').on(table.embeddingModel),
  ],
)

export const reminders = pgTable(
  'reminders',
  {
    id,
    speaker: text('speaker').notNull(),
    session: text('session').notNull(),
    channel: text('channel').notNull(),
    kind: text('kind', {enum: ['timer', 'reminder']}).notNull(),
    text: text('text').notNull(),
    language: text('language'),
    dueAt: moment('due_at').notNull(),
    createdAt,
    deliveredAt: moment('delivered_at'),
    cancelledAt: moment('cancelled_at'),
    /** The process that delivers it, and until when no other may; as long as it lives, it puts that off. */
    holder: uuid('holder'),
    heldUntil: moment('held_until'),
  },
  table => [
    index('reminders_due')
      .on(table.channel, table.dueAt)
      .where(sql`${table.deliveredAt} is null and ${table.cancelledAt} is null`),
    index('reminders_speaker').on(table.speaker),
  ],
)

export const confirmations = pgTable(
  'confirmations',
  {
    id,
    speaker: text('speaker').notNull(),
    session: text('session').notNull(),
    tool: text('tool').notNull(),
    /** The exact text that was asked about. */
    arguments: text('arguments').notNull(),
    question: text('question').notNull(),
    createdAt,
    expiresAt: moment('expires_at').notNull(),
    decidedAt: moment('decided_at'),
    accepted: boolean('accepted'),
  },
  table => [index('confirmations_session').on(table.speaker, table.session)],
)

/** Every call of a tool: who, what, and how it ended. Results are not kept. */
export const toolCalls = pgTable(
  'tool_calls',
  {
    id,
    at: moment('at').notNull().defaultNow(),
    speaker: text('speaker').notNull(),
    session: text('session').notNull(),
    channel: text('channel').notNull(),
    tool: text('tool').notNull(),
    arguments: text('arguments').notNull(),
    outcome: text('outcome', {enum: ['result', 'error', 'confirm', 'refused', 'timeout', 'cancelled']}).notNull(),
    detail: text('detail'),
    ms: integer('ms').notNull(),
  },
  table => [index('tool_calls_speaker').on(table.speaker, table.at)],
)

/** Keys that values of this database are sealed with: a start with others is refused. */
export const encryptionKeys = pgTable('encryption_keys', {
  id: text('id').primaryKey(),
  /** Opens with the right key. */
  canary: text('canary').notNull(),
  createdAt,
})
