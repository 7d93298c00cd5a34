import {createHash} from 'node:crypto'
import {basename} from 'node:path'
import {type SQL, sql} from 'drizzle-orm'
import {EssenceError, isEssenceError, messageOf, throwIfCancelled} from '../kit/errors.ts'
import {Semaphore} from '../kit/flow/semaphore.ts'
import {loadOnce} from '../kit/load-once.ts'
import type {Embedder} from '../llm/embedding-port.ts'
import {askStore} from '../store/ask-store.ts'
import {rowsOf} from '../store/rows-of.ts'
import {chunks, documents} from '../store/schema.ts'
import type {Database, Store} from '../store/store.ts'
import type {DocumentInfo, DocumentKind, Documents} from './port.ts'
import {readInThread, type ThreadLimits} from './readers/read-in-thread.ts'
import {findPassages} from './search.ts'
import {dropForeignVectors, embedChecked, embedMissing} from './vectors.ts'
import {visible} from './visible.ts'
import {tidyWords} from './word-search.ts'

export interface DocumentsOptions {
  store: Store
  /** Absent: documents are found by their words alone. */
  embedder?: Embedder | undefined
  /** Bytes of a document. */
  maxBytes: number
  /** What reading one may take. */
  limits?: Partial<ThreadLimits> | undefined
  /** Told what goes wrong in the background. */
  log?: ((message: string) => void) | undefined
}

/** Chunks written at once. */
const batch = 200

const defaultLimit = 5

/** ms that a document may take to be written, or an index to be made. */
const longMs = 600_000

const maxNameLength = 200
const maxQueryLength = 4000

/** What June has read, in an open database: it stays open. What vectors are missing is made in the background, from the start. */
export const openDocuments = (options: DocumentsOptions): Documents => {
  const {store, embedder, maxBytes, limits, log = () => {}} = options
  const ask = askStore(store)
  const askLong = askStore(store, longMs)
  const closed = new AbortController()
  const readers = new Semaphore(1)
  const indexers = new Semaphore(1)

  /** Once: the vectors that are there are of the model. */
  const checkVectors = loadOnce(async () => {
    if (embedder) await askLong(db => dropForeignVectors(db, embedder))
  })
  const tidy = async (): Promise<void> => {
    if (store.kind === 'pglite') await askLong(tidyWords)
  }
  const index = async (signal: AbortSignal): Promise<void> => {
    await tidy()
    if (!embedder) return
    await checkVectors()
    await embedMissing(askLong, embedder, signal)
    // Each chunk that gets its vector is written anew, with its words.
    await tidy()
  }
  /** Never rejects. One that waits already will see what came since. */
  const indexInBackground = (): void => {
    if (closed.signal.aborted || indexers.waiting > 0) return
    indexers
      .run(() => index(closed.signal), closed.signal)
      .catch(error => {
        if (!(isEssenceError(error) && error.code === 'CANCELLED')) log(`documents: ${messageOf(error)}`)
      })
  }
  const infos = async (db: Database, which: SQL): Promise<DocumentInfo[]> => {
    const rows = await db
      .select({
        ...{id: documents.id, owner: documents.owner, name: documents.name, kind: documents.kind},
        ...{bytes: documents.bytes, pages: documents.pages, addedAt: documents.createdAt},
        chunks: sql<number>`count(${chunks.id})::int`,
        missing: embedder
          ? sql<number>`count(*) filter (where ${chunks.embeddingModel} is distinct from ${embedder.model})::int`
          : sql<number>`0`,
      })
      .from(documents)
      .leftJoin(chunks, sql`${chunks.documentId} = ${documents.id}`)
      .where(which)
      .groupBy(documents.id)
      .orderBy(documents.createdAt, documents.id)
    return rows.map(({missing, owner, pages, kind, ...row}) => ({
      ...row,
      kind: kind as DocumentKind,
      owner: owner ?? undefined,
      pages: pages ?? undefined,
      state: missing > 0 ? 'indexing' : 'ready',
    }))
  }
  indexInBackground()

  return {
    async add({name: given, bytes, owner}, {signal, onProgress} = {}) {
      const name = displayName(given)
      if (bytes.length > maxBytes)
        throw new EssenceError(
          'DOCUMENT_TOO_LARGE',
          `${name} has ${megabytes(bytes.length)} MiB; ${megabytes(maxBytes)} MiB are read at most (DOCUMENT_MAX_MB).`,
        )
      const digest = createHash('sha256').update(bytes).digest('hex')
      const same = sql`${documents.digest} = ${digest} and ${documents.owner} is not distinct from ${owner ?? null}`
      const [known] = await ask(db => infos(db, same))
      if (known) return known
      const read = await readers.run(() => readInThread(name, bytes, {...limits, signal}), signal)
      const write = async (db: Database): Promise<string> => {
        // Of two that add the same at once, the second finds it.
        await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${digest} ${owner ?? ''}`}, 0))`)
        const [before] = await db.select({id: documents.id}).from(documents).where(same)
        if (before) return before.id
        const [made] = await db
          .insert(documents)
          .values({owner, name, kind: read.kind, digest, bytes: bytes.length, pages: read.pages})
          .returning({id: documents.id})
        if (!made) throw new Error('The database gave no id.')
        for (let at = 0; at < read.chunks.length; at += batch) {
          throwIfCancelled(signal)
          const part = read.chunks.slice(at, at + batch)
          await db
            .insert(chunks)
            .values(part.map((chunk, index) => ({...chunk, documentId: made.id, ordinal: at + index + 1})))
          onProgress?.(at + part.length, read.chunks.length)
        }
        return made.id
      }
      const id = await askLong(db => db.transaction(write))
      indexInBackground()
      const [info] = await ask(db => infos(db, sql`${documents.id} = ${id}`))
      if (!info) throw new EssenceError('DOCUMENT_UNKNOWN', `${name} was removed while it was added.`)
      return info
    },
    list: owner => ask(db => infos(db, sql`${documents.owner} is null or ${documents.owner} = ${owner ?? null}`)),
    async remove(id, owner) {
      const theirs = owner === undefined ? sql`true` : sql`${documents.owner} = ${owner}`
      const named = sql`${documents.id}::text = ${id.toLowerCase()} and ${theirs}`
      const gone = await askLong(db => db.delete(documents).where(named).returning({id: documents.id}))
      if (gone.length === 0) throw new EssenceError('DOCUMENT_UNKNOWN', `There is no document "${id}".`)
    },
    async search(query, {limit = defaultLimit, owner, documents: only, signal} = {}) {
      throwIfCancelled(signal)
      const text = query.replaceAll('\0', '').toWellFormed().slice(0, maxQueryLength).trim()
      if (text === '') return []
      // Most people have added none, and each of their turns asks.
      const [any] = await ask(db =>
        rowsOf(db, sql`select from documents where ${visible({owner, documents: only})} limit 1`),
      )
      if (!any) return []
      await checkVectors()
      const value = await queryVector(text, signal)
      const vector = embedder && value ? {value, model: embedder.model, dimension: embedder.dimension} : undefined
      return ask(db => findPassages(db, {text, limit, owner, documents: only, vector}))
    },
    async settle(signal) {
      const stop = AbortSignal.any([closed.signal, ...(signal ? [signal] : [])])
      await indexers.run(() => index(stop), stop)
    },
    async close() {
      closed.abort()
      await Promise.all([indexers.idle(), readers.idle()])
    },
  }

  /** Undefined where there is no model, or it fails: what is found by words is worth more than an error. @throws CANCELLED */
  async function queryVector(text: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    if (!embedder) return undefined
    try {
      const [vector] = await embedChecked(embedder, [text], {as: 'query', signal})
      return vector
    } catch (error) {
      if (!isEssenceError(error) || error.code === 'CANCELLED') throw error
      log(`documents: searched by words alone, for ${error.message}`)
      return undefined
    }
  }
}

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)

/** A name as it is shown and spoken: without its folder, control characters and marks that turn the direction of writing. */
const displayName = (name: string): string => {
  const shown = basename(name.replaceAll('\\', '/'))
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return shown.slice(0, maxNameLength).toWellFormed() || 'document'
}
