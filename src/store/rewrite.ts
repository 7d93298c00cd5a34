import {ne, type SQL, sql} from 'drizzle-orm'
import {isEssenceError, messageOf, throwIfCancelled} from '../kit/errors.ts'
import {askStore} from './ask-store.ts'
import {type SealedColumn, type SealedRow, sealedMark} from './encryption/cipher.ts'
import {wordsOf} from './encryption/words.ts'
import {encryptionKeys} from './schema.ts'
import type {Database, Store} from './store.ts'

/** Rows of one transaction: few, so that a person does not wait for long. */
const batch = 50

/** ms that such a transaction may take. */
const batchMs = 60_000

type Table = 'messages' | 'facts' | 'conversations' | 'confirmations' | 'reminders' | 'tool_calls'

interface Column {
  name: string
  /** `jsonb`: sealed, it is a text in JSON. */
  json?: true
  /** `words` is made of it. */
  searched?: true
}

const tables: Record<Table, readonly Column[]> = {
  messages: [
    {name: 'content', searched: true},
    {name: 'details', json: true},
  ],
  facts: [{name: 'text', searched: true}, {name: 'subject'}],
  conversations: [{name: 'summary'}, {name: 'title', searched: true}],
  confirmations: [{name: 'arguments'}, {name: 'question'}],
  reminders: [{name: 'text'}],
  tool_calls: [{name: 'arguments'}, {name: 'detail'}],
}

export interface Rewritten {
  /** Rows that now stand as they would be written today. */
  rows: number
  /** Rows that do not open; they stay as they are, and so do the keys. */
  failed: number
  /** Ids of keys that nothing needs any more. */
  ended: string[]
}

interface RewrittenBatch extends Pick<Rewritten, 'rows' | 'failed'> {
  /** Id of its last row; undefined where there was none. */
  last: string | undefined
}

/**
 * Brings what is stored to the form in which it is written now: sealed with the key that seals, or plain where none does. Afterwards the
 * keys before are not needed any more. What is done stays done should it end in between.
 * @throws CANCELLED, STORE_UNAVAILABLE
 */
export const rewriteStored = async (store: Store, signal: AbortSignal): Promise<Rewritten> => {
  const ask = askStore(store, batchMs)
  const rewritten: Rewritten = {rows: 0, failed: 0, ended: []}
  for (const table of Object.keys(tables) as Table[]) {
    for (let after: string | undefined = firstId; after !== undefined; ) {
      throwIfCancelled(signal)
      const from: string = after
      const done = await ask(db => db.transaction(tx => rewriteSome(tx, {store, table, after: from})))
      rewritten.rows += done.rows
      rewritten.failed += done.failed
      after = done.last
    }
  }
  if (rewritten.failed > 0) return rewritten
  const {id} = encryptionKeys
  const ended = await ask(db =>
    db
      .delete(encryptionKeys)
      .where(ne(id, store.cipher.keyId ?? ''))
      .returning({id}),
  )
  return {...rewritten, ended: ended.map(key => key.id)}
}

const firstId = '00000000-0000-0000-0000-000000000000'

const rewriteSome = async (
  tx: Database,
  {store, table, after}: {store: Store; table: Table; after: string},
): Promise<RewrittenBatch> => {
  const {cipher} = store
  const columns = tables[table]
  const textOf = ({name, json}: Column): SQL =>
    json ? sql`${sql.identifier(name)} #>> '{}'` : sql`${sql.identifier(name)}`
  const isOtherwise = (column: Column): SQL =>
    cipher.prefix === ''
      ? sql`starts_with(${textOf(column)}, ${sealedMark})`
      : sql`(${textOf(column)} <> '' and not starts_with(${textOf(column)}, ${cipher.prefix}))`
  const values = columns.map(column => sql`${textOf(column)} as ${sql.identifier(column.name)}`)
  const found = await tx.execute(sql`
    select id, speaker, ${sql.join(values, sql`, `)} from ${sql.identifier(table)}
    where id > ${after}::uuid and (${sql.join(columns.map(isOtherwise), sql` or `)}) order by id limit ${batch} for update`)
  const {rows} = found as unknown as {rows: (SealedRow & Record<string, string | null>)[]}
  let failed = 0
  for (const row of rows) {
    try {
      const changes = columns.flatMap(({name, json, searched}) => {
        const stored = row[name]
        if (stored === null || stored === undefined) return []
        const column = `${table}.${name}` as SealedColumn
        const text = cipher.open(stored, column, row)
        const written = cipher.seal(text, column, row)
        const value = json
          ? sql`${cipher.prefix === '' ? written : JSON.stringify(written)}::text::jsonb`
          : sql`${written}`
        const change = sql`${sql.identifier(name)} = ${value}`
        return searched ? [change, sql`words = ${wordsOf(cipher, text, row.speaker)}`] : [change]
      })
      await tx.execute(
        sql`update ${sql.identifier(table)} set ${sql.join(changes, sql`, `)} where id = ${row.id}::uuid`,
      )
    } catch (error) {
      if (!isEssenceError(error) || error.code !== 'DECRYPTION_FAILED') throw error
      failed++
    }
  }
  return {rows: rows.length - failed, failed, last: rows.at(-1)?.id}
}

/** The same in the background. What fails is told, and done at the next start. */
export const rewriteInBackground = (store: Store, log: (message: string) => void): {close(): Promise<void>} => {
  const closed = new AbortController()
  const {keyId} = store.cipher
  const how = keyId === undefined ? 'decrypted' : `encrypted with the key ${keyId}`
  const work = rewriteStored(store, closed.signal).then(
    ({rows, failed, ended}) => {
      if (rows > 0) log(`store: ${rows} rows of before are now ${how}`)
      if (failed > 0) log(`store: ${failed} rows do not open and stay as they are; their key stays needed`)
      for (const id of ended) log(`store: the key ${id} is not needed any more`)
    },
    error => {
      if (!closed.signal.aborted) log(`store: not all rows of before are ${how} yet: ${messageOf(error)}`)
    },
  )
  return {
    async close() {
      closed.abort()
      await work
    },
  }
}
