import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {watch} from 'node:fs/promises'
import {join} from 'node:path'
import {Secret} from '@essence/core/kit/secret'
import {openMemory} from '@essence/core/memory/memory'
import {wordsOf} from '@essence/core/store/encryption/words'
import {migrationsFolder} from '@essence/core/store/migrations-folder'
import {openDatabase, openStore} from '@essence/core/store/open'
import {apiKeys, conversations, facts, messages} from '@essence/core/store/schema'
import {eq, sql} from 'drizzle-orm'
import {readMigrationFiles} from 'drizzle-orm/migrator'
import {Client} from 'pg'
import {afterAll, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'
import {noPostgres, startPostgres} from './postgres-server.ts'
import {storeKinds} from './stores.ts'

for (const kind of storeKinds()) {
  describe(`store on ${kind.name}${kind.missing}`, () => {
    afterAll(kind.stop)
    const test = it.skipIf(kind.missing !== '')

    test('keeps rows, times, lists and vectors, also when it is opened again', async () => {
      const {store, reopen} = await kind.create()
      const at = new Date('2026-02-03T04:05:06.789Z')
      const embedding = Float32Array.of(0.5, -0.25, 1)
      await store.db.insert(facts).values({
        speaker: 'a',
        text: 'Lives in Lyon.',
        subject: 'home',
        provenance: 'said',
        validFrom: at,
        embedding,
        embeddingModel: 'm',
      })
      await store.close()
      const again = await reopen()
      const [row] = await again.db.select().from(facts)
      expect(row).toMatchObject({speaker: 'a', subject: 'home', validFrom: at, validTo: null, importance: 0.5})
      expect(row?.embedding).toEqual(embedding)
      await again.close()
    })

    test('finds by meaning and by words', async () => {
      const {store} = await kind.create()
      const rows = ['the cat sleeps', 'the dog barks'].map((text, index) => ({
        speaker: 'a',
        text,
        provenance: 'said' as const,
        words: wordsOf(store.cipher, text, 'a'),
        embedding: Float32Array.of(1 - index, index),
        embeddingModel: 'm',
      }))
      await store.db.insert(facts).values(rows)
      const near = await store.db
        .select({text: facts.text})
        .from(facts)
        .orderBy(sql`${facts.embedding} <=> '[0.1,0.9]'`)
      expect(near.map(({text}) => text)).toEqual(['the dog barks', 'the cat sleeps'])
      const words = await store.db
        .select({text: facts.text})
        .from(facts)
        .where(sql`${facts.words} @@ websearch_to_tsquery('simple', 'cat')`)
      expect(words).toEqual([{text: 'the cat sleeps'}])
      await store.close()
    })

    test('undoes a transaction that fails, and lets others go on beside one', async () => {
      const {store} = await kind.create()
      const fact = {speaker: 'a', text: 'x', provenance: 'said'} as const
      const failing = store.db.transaction(async tx => {
        await tx.insert(facts).values(fact)
        throw new Error('no')
      })
      const beside = store.db.insert(facts).values({...fact, text: 'y'})
      await expect(failing).rejects.toThrow('no')
      await beside
      expect(await store.db.select({text: facts.text}).from(facts)).toEqual([{text: 'y'}])
      await store.close()
    })

    test('has one open conversation of a session, and drops messages with their conversation', async () => {
      const {store} = await kind.create()
      const place = {speaker: 'a', session: 's'}
      const [conversation] = await store.db.insert(conversations).values(place).returning()
      if (!conversation) throw new Error('nothing came back')
      await store.db
        .insert(messages)
        .values({conversationId: conversation.id, speaker: 'a', ordinal: 1, role: 'user', content: 'hello'})
      const second = store.db.insert(conversations).values(place)
      await expect(second).rejects.toMatchObject({cause: {code: '23505'}})
      await store.db.delete(conversations).where(eq(conversations.id, conversation.id))
      expect(await store.db.select().from(messages)).toEqual([])
      await store.close()
    })
  })
}

describe(`PostgreSQL${noPostgres}`, () => {
  it.skipIf(noPostgres !== '')('is brought up to date once by several that open it at the same time', async () => {
    const server = await startPostgres()
    try {
      const url = await server.database()
      const stores = await Promise.all([1, 2, 3, 4].map(() => openStore({dataDir: '', url, connections: 1})))
      for (const store of stores) expect(await store.db.select().from(facts)).toEqual([])
      for (const store of stores) await store.close()
    } finally {
      await server.stop()
    }
  })
})

describe(`PostgreSQL of an older June${noPostgres}`, () => {
  it.skipIf(noPostgres !== '')('has what it had after an upgrade, and finds it by its words', async () => {
    const server = await startPostgres()
    try {
      const url = await server.database()
      const client = new Client({connectionString: url.reveal()})
      await client.connect()
      await client.query('create extension vector')
      const [first] = readMigrationFiles({migrationsFolder})
      for (const statement of first?.sql ?? []) await client.query(statement)
      await client.query('create schema drizzle')
      await client.query(
        'create table drizzle.__drizzle_migrations (id serial primary key, hash text, created_at bigint)',
      )
      await client.query('insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)', [
        first?.hash,
        first?.folderMillis,
      ])
      await client.query(`with made as (insert into conversations (speaker, session) values ('a', 's') returning id)
        insert into messages (conversation_id, speaker, ordinal, role, content)
        select id, 'a', 1, 'user', 'The password is swordfish' from made`)
      await client.end()
      for (const keys of [{}, {current: new Secret('a key that came later')}]) {
        const store = await openStore({dataDir: '', url, connections: 1, keys})
        const memory = openMemory({store})
        const [found] = await memory.recall({speaker: 'a', session: 'other'}, 'passwords')
        expect(found?.text).toBe('The password is swordfish')
        await memory.close()
        await store.close()
      }
      // By now it is encrypted: what is never sealed needs no key.
      await expect(openStore({dataDir: '', url})).rejects.toMatchObject({code: 'CONFIG_INVALID'})
      const {db, close} = await openDatabase({dataDir: '', url})
      expect(await db.select().from(apiKeys)).toEqual([])
      await close()
    } finally {
      await server.stop()
    }
  })
})

describe(`PostgreSQL that cuts connections${noPostgres}`, () => {
  it.skipIf(noPostgres !== '')('costs the transactions on them and nothing else', async () => {
    const server = await startPostgres()
    const url = await server.database()
    const store = await openStore({dataDir: '', url, connections: 2})
    const other = new Client({connectionString: url.reveal()})
    await other.connect()
    try {
      for (let round = 0; round < 20; round++) {
        const cut = other.query(
          'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
        )
        // Begun while their connections go: on some of them `begin` itself fails.
        const begun = [1, 2, 3, 4].map(() => store.db.transaction(tx => tx.select().from(facts)))
        await Promise.allSettled([cut, ...begun])
      }
      expect(await store.db.transaction(tx => tx.select().from(facts))).toEqual([])
    } finally {
      await other.end()
      await store.close()
      await server.stop()
    }
  })
})

describe(`PostgreSQL without pgvector${noPostgres}`, () => {
  it.skipIf(noPostgres !== '')('is refused, saying what it lacks', async () => {
    const server = await startPostgres({pgvector: false})
    try {
      await expect(openStore({dataDir: '', url: await server.database()})).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: expect.stringMatching(/extension "vector" is not available/),
        suggestions: [expect.stringContaining('pgvector'), expect.stringContaining('unset POSTGRES_URL')],
      })
    } finally {
      await server.stop()
    }
  })
})

describe('the embedded database', () => {
  it('is made anew where its making was killed', async () => {
    const program = join(import.meta.dirname, '../memory/children/adding.ts')
    let dataDir: string
    // It may be whole before the kill arrives.
    do {
      dataDir = temporaryFolder()
      const begun = watch(dataDir)
      const child = spawn(process.execPath, ['--conditions=essence-source', program, dataDir], {stdio: 'ignore'})
      for await (const {filename} of begun) if (filename === 'database.new') break
      child.kill('SIGKILL')
      await once(child, 'close')
    } while (existsSync(join(dataDir, 'database')))
    expect(existsSync(join(dataDir, 'database.new'))).toBe(true)
    const store = await openStore({dataDir})
    expect(await store.db.select().from(facts)).toEqual([])
    await store.close()
    expect(existsSync(join(dataDir, 'database.new'))).toBe(false)
  })

  it('that is damaged is refused, never made over, and opens once it is mended', async () => {
    const dataDir = temporaryFolder()
    const store = await openStore({dataDir})
    await store.db.insert(facts).values({speaker: 'a', text: 'Lives in Lyon.', provenance: 'said'})
    await store.close()
    for (const name of ['PG_VERSION', 'global/pg_control']) {
      const path = join(dataDir, 'database', name)
      const whole = readFileSync(path)
      for (const damage of [() => rmSync(path), () => writeFileSync(path, 'x')]) {
        damage()
        await expect(openStore({dataDir})).rejects.toMatchObject({
          code: 'STORE_UNAVAILABLE',
          message: expect.stringContaining(join(dataDir, 'database')),
          suggestions: [expect.stringContaining('move it away'), expect.any(String)],
        })
        writeFileSync(path, whole)
      }
    }
    const again = await openStore({dataDir})
    expect(await again.db.select({text: facts.text}).from(facts)).toEqual([{text: 'Lives in Lyon.'}])
    await again.close()
  })

  it('is open to its owner only, also where an earlier version made it', async () => {
    const dataDir = temporaryFolder()
    const folder = join(dataDir, 'database')
    for (const _ of ['made', 'there already']) {
      const store = await openStore({dataDir})
      expect(statSync(folder).mode & 0o777).toBe(0o700)
      await store.close()
      chmodSync(folder, 0o755)
    }
  })

  it('is for one process at a time', async () => {
    const dataDir = temporaryFolder()
    const store = await openStore({dataDir})
    await expect(openStore({dataDir})).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringContaining(`a June that runs (process ${process.pid})`),
      suggestions: [expect.stringContaining('POSTGRES_URL')],
    })
    await store.close()
    await (await openStore({dataDir})).close()
  })
})
