import {type SQL, sql} from 'drizzle-orm'
import {EssenceError, throwIfCancelled} from '../kit/errors.ts'
import type {Embedder, EmbedOptions} from '../llm/embedding-port.ts'
import type {AskStore} from '../store/ask-store.ts'
import type {Cipher, SealedRow} from '../store/encryption/cipher.ts'

/** Texts embedded at once: few, so that a question does not wait for long. */
const batch = 16

const tables = {
  messages: {
    name: sql.raw('messages'),
    column: 'messages.content' as const,
    text: sql.raw('content'),
    which: sql.raw("role <> 'tool' and content <> ''"),
  },
  facts: {
    name: sql.raw('facts'),
    column: 'facts.text' as const,
    text: sql.raw('text'),
    which: sql.raw('valid_to is null'),
  },
} as const

/** Vectors of texts, held to what the model says of itself. @throws ENGINE_FAILED, and what the embedder throws */
export const embedChecked = async (
  embedder: Embedder,
  texts: string[],
  options: EmbedOptions,
): Promise<Float32Array[]> => {
  const vectors = await embedder.embed(texts, options)
  const wrong = vectors.find(vector => vector.length !== embedder.dimension || !vector.every(Number.isFinite))
  if (wrong || vectors.length !== texts.length)
    throw new EssenceError(
      'ENGINE_FAILED',
      `${embedder.model} gave ${vectors.length} vectors of ${wrong?.length ?? embedder.dimension} numbers; ${texts.length} of ${embedder.dimension} were expected.`,
    )
  return vectors
}

/**
 * Makes the vectors that are missing, or of another model or dimension, newest first.
 * @param speakers whose; undefined: everybody's, which reads every row
 * @throws CANCELLED, STORE_UNAVAILABLE, and what the embedder throws
 */
export const embedMissing = async (
  ask: AskStore,
  embedder: Embedder,
  {cipher, speakers, signal}: {cipher: Cipher; speakers: readonly string[] | undefined; signal: AbortSignal},
): Promise<void> => {
  const {model, dimension} = embedder
  if (speakers?.length === 0) return
  const whose: SQL = speakers
    ? sql`speaker in (select jsonb_array_elements_text(${JSON.stringify(speakers)}::text::jsonb))`
    : sql`true`
  for (const {name, column, text, which} of Object.values(tables)) {
    for (;;) {
      throwIfCancelled(signal)
      const found = await ask(db =>
        db.execute(sql`
          select id, speaker, ${text} as text from ${name}
          where ${whose} and ${which} and (embedding_model is distinct from ${model} or vector_dims(embedding) <> ${dimension})
          order by created_at desc limit ${batch}`),
      )
      const {rows} = found as unknown as {rows: (SealedRow & {text: string})[]}
      if (rows.length === 0) break
      const vectors = await embedChecked(
        embedder,
        rows.map(row => cipher.open(row.text, column, row)),
        {as: 'passage', signal},
      )
      const made = rows.map(({id}, index) => ({id, vector: `[${vectors[index]?.join(',')}]`}))
      await ask(db =>
        db.execute(sql`
          update ${name} set embedding = made.vector::vector, embedding_model = ${model}
          from jsonb_to_recordset(${JSON.stringify(made)}::text::jsonb) as made(id uuid, vector text)
          where ${name}.id = made.id`),
      )
    }
  }
}
