import {createHash} from 'node:crypto'
import {type SQL, sql} from 'drizzle-orm'
import {EssenceError, throwIfCancelled} from '../kit/errors.ts'
import type {Embedder, EmbedOptions} from '../llm/embedding-port.ts'
import type {AskStore} from '../store/ask-store.ts'
import {rowsOf} from '../store/rows-of.ts'
import type {Database} from '../store/store.ts'

/** Texts embedded at once: few, so that a question does not wait for long. */
const batch = 16

/** Numbers of a vector that pgvector's index takes at most. */
const maxIndexed = 2000

export type VectorSpace = Pick<Embedder, 'model' | 'dimension'>

/** Vectors of texts, held to what the model says of itself. @throws ENGINE_FAILED, and what the embedder throws */
export const embedChecked = async (embedder: Embedder, texts: string[], options: EmbedOptions): Promise<string[]> => {
  const vectors = await embedder.embed(texts, options)
  const wrong = vectors.find(vector => vector.length !== embedder.dimension || !vector.every(Number.isFinite))
  if (wrong || vectors.length !== texts.length)
    throw new EssenceError(
      'ENGINE_FAILED',
      `${embedder.model} gave ${vectors.length} vectors of ${wrong?.length ?? embedder.dimension} numbers; ${texts.length} of ${embedder.dimension} were expected.`,
    )
  return vectors.map(vector => `[${vector.join(',')}]`)
}

/** The vectors of one model, as its index knows them: a part of it has to be said in the same words. */
export const vectorsOf = ({model, dimension}: VectorSpace): {vector: SQL; ofModel: SQL} => ({
  vector: sql.raw(`(embedding::vector(${dimension}))`),
  ofModel: sql.raw(`embedding_model = '${model.replaceAll("'", "''")}'`),
})

/** Makes the index of a model's vectors, unless it is there. */
export const ensureVectorIndex = async (db: Database, space: VectorSpace): Promise<void> => {
  if (space.dimension > maxIndexed) return
  const {vector, ofModel} = vectorsOf(space)
  await db.execute(sql`
    create index if not exists ${sql.identifier(indexName(space))} on chunks
    using hnsw (${vector} vector_cosine_ops) where ${ofModel}`)
}

const indexName = ({model, dimension}: VectorSpace): string =>
  `chunks_hnsw_${createHash('sha256').update(model).digest('hex').slice(0, 16)}_${dimension}`

/** Drops what another model of the same name made: vectors of another dimension than it has now, which its index would refuse. */
export const dropForeignVectors = async (db: Database, space: VectorSpace): Promise<void> => {
  const {model, dimension} = space
  const [one] = await rowsOf<{dimension: number}>(
    db,
    sql`select vector_dims(embedding) as dimension from chunks where embedding_model = ${model} limit 1`,
  )
  const before = one?.dimension ?? dimension
  if (before === dimension) return
  await db.transaction(async tx => {
    await tx.execute(sql`drop index if exists ${sql.identifier(indexName({model, dimension: before}))}`)
    await tx.execute(sql`update chunks set embedding = null, embedding_model = null where embedding_model = ${model}`)
  })
}

/**
 * Makes the vectors that are missing, or of another model. What is done stays done should it end in between.
 * @throws CANCELLED, STORE_UNAVAILABLE, and what the embedder throws
 */
export const embedMissing = async (ask: AskStore, embedder: Embedder, signal: AbortSignal): Promise<void> => {
  const {model} = embedder
  let after = '00000000-0000-0000-0000-000000000000'
  let made = 0
  for (;;) {
    throwIfCancelled(signal)
    const rows = await ask(db =>
      rowsOf<{id: string; text: string; headings: string[]}>(
        db,
        sql`
          select id, text, headings from chunks
          where id > ${after}::uuid and embedding_model is distinct from ${model} order by id limit ${batch}`,
      ),
    )
    const last = rows.at(-1)
    if (!last) {
      // Chunks that came meanwhile stand anywhere: until a whole pass finds none.
      if (made === 0) return
      made = 0
      after = '00000000-0000-0000-0000-000000000000'
      continue
    }
    const texts = rows.map(({text, headings}) => [...headings.slice(0, -1), text].join('\n'))
    const vectors = await embedChecked(embedder, texts, {as: 'passage', signal})
    const values = rows.map(({id}, index) => ({id, vector: vectors[index]}))
    await ask(db =>
      db.execute(sql`
        update chunks set embedding = made.vector::vector, embedding_model = ${model}
        from jsonb_to_recordset(${JSON.stringify(values)}::text::jsonb) as made(id uuid, vector text)
        where chunks.id = made.id`),
    )
    // With the first vectors: made later, over all of them, it would keep everybody waiting.
    if (made === 0) await ask(db => ensureVectorIndex(db, embedder))
    made += rows.length
    after = last.id
  }
}
