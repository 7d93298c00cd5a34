// What people said is not to be found in the files of the database nor in a dump of it, and is never lost with a wrong key.
import {globSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {Secret} from '@essence/core/kit/secret'
import {openMemory} from '@essence/core/memory/memory'
import {type EncryptionKeys, newCipher} from '@essence/core/store/encryption/cipher'
import {rewriteStored} from '@essence/core/store/rewrite'
import {conversations, encryptionKeys, facts, messages, toolCalls} from '@essence/core/store/schema'
import type {Store} from '@essence/core/store/store'
import {openToolbox} from '@essence/core/tools/open'
import {openReminders} from '@essence/core/tools/reminders'
import {defineTool} from '@essence/core/tools/tool'
import {eq, sql} from 'drizzle-orm'
import {afterAll, describe, expect, it} from 'vitest'
import * as z from 'zod'
import {storeKinds} from './stores.ts'

const key = new Secret('the key of this test, long enough')
const newKey = new Secret('the next key of this test')
const place = {speaker: 'anna', session: 's', channel: 'web'}
const never = new AbortController().signal

/** Words that stand nowhere else, one for each thing that is kept. */
const said = [
  'swordfish',
  'marzipan',
  'zeppelin',
  'kumquat',
  'quokka',
  'wolverine',
  'xylophone',
  'yodelling',
  'gazpacho',
  'jellyfish',
]

/** Says and has done everything that keeps words. */
const sayAll = async (store: Store): Promise<void> => {
  const memory = openMemory({store})
  const toolCall = {id: '1', name: 'look', arguments: '{"at":"zeppelin"}'}
  await (await memory.open(place)).add({
    user: 'I like tea. The password is swordfish, I am allergic to marzipan.',
    between: [
      {role: 'assistant', content: '', toolCalls: [toolCall]},
      {role: 'tool', content: 'a kumquat', toolCallId: '1', name: 'look'},
    ],
    assistant: 'I saw a quokka.',
  })
  const [row] = await store.db.select().from(conversations)
  if (!row) throw new Error('There is no conversation.')
  const summary = store.cipher.seal('About a wolverine.', 'conversations.summary', row)
  await store.db.update(conversations).set({summary})
  await memory.renameConversation('anna', row.id, 'The jellyfish')
  await memory.close()
  const reminders = openReminders({store})
  await reminders.set({...place, kind: 'reminder', text: 'practise the xylophone', dueAt: new Date(Date.now() + 1e6)})
  await reminders.close()
  const send = defineTool({
    name: 'send',
    description: 'Sends.',
    input: z.strictObject({text: z.string()}),
    effect: 'world',
    run: async () => 'Sent.',
  })
  const toolbox = await openToolbox({store, timeZone: 'UTC', tools: [send]})
  await toolbox.call({id: '2', name: 'send', arguments: '{"text":"yodelling"}'}, {...place, said: 'x'})
  await toolbox.call({id: '3', name: 'send', arguments: '{"gazpacho":1}'}, {...place, said: 'x'})
  await expect.poll(async () => (await store.db.select().from(toolCalls)).length).toBe(2)
  await toolbox.close()
}

/** Which of the words stand in any file of a folder, whatever their case. */
const inFiles = (folder: string): string[] => {
  const files = globSync('**/*', {cwd: folder, withFileTypes: true}).filter(file => file.isFile())
  expect(files.length).toBeGreaterThan(100)
  const found = files.map(file => readFileSync(join(file.parentPath, file.name)).toString('latin1').toLowerCase())
  return said.filter(word => found.some(text => text.includes(word)))
}

/** Which of the words stand in what a dump writes: every row of every table, as text. */
const inDump = async (store: Store): Promise<string[]> => {
  const rowsOf = async <T>(query: ReturnType<typeof sql>): Promise<T[]> =>
    ((await store.db.execute(query)) as unknown as {rows: T[]}).rows
  const tables = await rowsOf<{name: string}>(sql`select tablename as name from pg_tables where schemaname = 'public'`)
  expect(tables.length).toBeGreaterThan(8)
  const all: string[] = []
  for (const {name} of tables)
    for (const {row} of await rowsOf<{row: string}>(sql`select t::text as row from ${sql.identifier(name)} as t`))
      all.push(row.toLowerCase())
  return said.filter(word => all.some(row => row.includes(word)))
}

const expectAllReadable = async (store: Store): Promise<void> => {
  const memory = openMemory({store})
  const {items} = await memory.conversations('anna')
  expect(items).toMatchObject([{title: 'The jellyfish', messages: 4}])
  for (const query of ['jellyfish', 'swordfish']) expect((await memory.conversations('anna', {query})).total).toBe(1)
  const read = await memory.messages('anna', items[0]?.id ?? '')
  expect(read.map(({content, tools}) => [content, tools])).toEqual([
    [expect.stringContaining('The password is swordfish'), undefined],
    ['', ['look']],
    ['a kumquat', ['look']],
    ['I saw a quokka.', undefined],
  ])
  const known = await memory.facts('anna')
  expect(known.map(({subject}) => subject)).toContain('allergy:marzipan')
  expect((await memory.recall({...place, session: 'other'}, 'the passwords'))[0]?.text).toContain('swordfish')
  expect((await memory.open(place)).summary).toBe('About a wolverine.')
  const fitted = await (await memory.open(place)).fitted(async () => true)
  expect(fitted[1]?.toolCalls?.[0]?.arguments).toBe('{"at":"zeppelin"}')
  await memory.close()
  const reminders = openReminders({store})
  expect(await reminders.list('anna')).toMatchObject([{text: 'practise the xylophone'}])
  const toolbox = await openToolbox({store, timeZone: 'UTC'})
  expect(await toolbox.pending(place)).toMatchObject({arguments: '{"text":"yodelling"}'})
  await toolbox.close()
}

for (const kind of storeKinds()) {
  describe.skipIf(kind.missing !== '')(`encryption on ${kind.name}${kind.missing}`, () => {
    afterAll(kind.stop)

    it('leaves no word in the files and none in a dump; without a key all of them stand there', async () => {
      for (const [keys, found] of [
        [{current: key}, []],
        [{}, said],
      ] as [EncryptionKeys, string[]][]) {
        const {store, reopen, files} = await kind.create(keys)
        await sayAll(store)
        await store.db.execute('checkpoint')
        expect(await inDump(store)).toEqual(found)
        await expectAllReadable(store)
        await store.close()
        // PostgreSQL has both databases in one folder: the encrypted one is looked at first.
        expect(inFiles(files)).toEqual(found)
        const again = await reopen()
        await expectAllReadable(again)
        await again.close()
      }
    })

    it('is begun, given another key and ended with what is there, in the background', async () => {
      const {store, reopen} = await kind.create({})
      await sayAll(store)
      await store.close()
      const [first, second] = [key, newKey].map(current => newCipher({current}).keyId)
      const steps: [keys: EncryptionKeys, found: string[], ended: unknown[]][] = [
        [{current: key}, [], []],
        [{current: newKey, old: [key]}, [], [first]],
        [{old: [newKey]}, said, [second]],
      ]
      for (const [keys, found, ended] of steps) {
        const opened = await reopen(keys)
        // Read as it is, before and afterwards.
        await expectAllReadable(opened)
        expect(await rewriteStored(opened, never)).toEqual({rows: 10, failed: 0, ended})
        expect(await inDump(opened)).toEqual(found)
        const kinds = await opened.db.execute(
          sql`select distinct jsonb_typeof(details) as kind from messages where details is not null`,
        )
        expect((kinds as unknown as {rows: {kind: string}[]}).rows).toEqual([
          {kind: found.length > 0 ? 'object' : 'string'},
        ])
        await expectAllReadable(opened)
        expect(await rewriteStored(opened, never)).toEqual({rows: 0, failed: 0, ended: []})
        const {keyId} = opened.cipher
        expect((await opened.db.select().from(encryptionKeys)).map(({id}) => id)).toEqual(keyId ? [keyId] : [])
        await opened.close()
        // Keys before are not needed any more.
        const later = await reopen({current: keys.current})
        await expectAllReadable(later)
        await later.close()
      }
      // Opens a database seven times: a busy machine takes its time.
    }, 120_000)

    it('refuses to start with another key or none, and loses nothing', async () => {
      const {store, reopen} = await kind.create({current: key})
      await sayAll(store)
      const {keyId} = store.cipher
      await store.close()
      for (const keys of [{}, {current: newKey}, {old: [newKey]}] as EncryptionKeys[])
        await expect(reopen(keys)).rejects.toMatchObject({
          code: 'CONFIG_INVALID',
          message: expect.stringContaining(`encrypted with the key ${keyId}`),
          suggestions: [expect.stringContaining('ENCRYPTION_KEY'), expect.stringContaining('ENCRYPTION_KEY_OLD')],
        })
      const again = await reopen({current: key})
      await expectAllReadable(again)
      await again.close()
    })

    it('opens no value that was copied to another person, and goes on with the others', async () => {
      const {store, reopen} = await kind.create({current: key})
      const memory = openMemory({store})
      await memory.note('anna', {text: 'The code is 4711.', subject: undefined, provenance: 'said'})
      const mine = await memory.note('mallory', {text: 'Nothing.', subject: undefined, provenance: 'said'})
      const [stolen] = await store.db.select().from(facts).where(eq(facts.speaker, 'anna'))
      await store.db
        .update(facts)
        .set({text: stolen?.text ?? '', words: stolen?.words})
        .where(eq(facts.id, mine.id))
      await expect(memory.facts('mallory')).rejects.toMatchObject({code: 'DECRYPTION_FAILED'})
      expect(await memory.recall({speaker: 'mallory', session: 's'}, 'code 4711')).toEqual([])
      expect((await memory.facts('anna')).map(({text}) => text)).toEqual(['The code is 4711.'])
      await memory.close()
      await store.close()
      // A new key takes the others along, and the key before stays known for as long as a value needs it.
      const rotated = await reopen({current: newKey, old: [key]})
      expect(await rewriteStored(rotated, never)).toEqual({rows: 1, failed: 1, ended: []})
      expect(await rotated.db.select().from(encryptionKeys)).toHaveLength(2)
      expect((await openMemory({store: rotated}).facts('anna')).map(({text}) => text)).toEqual(['The code is 4711.'])
      await rotated.close()
    })

    it('that is broken off goes on later, and a person is answered meanwhile', async () => {
      const {store, reopen} = await kind.create({})
      const memory = openMemory({store})
      const conversation = await memory.open(place)
      for (let turn = 0; turn < 80; turn++) await conversation.add({user: `question ${turn}`, assistant: 'yes'})
      await memory.close()
      await store.close()
      const opened = await reopen({current: key})
      const stop = new AbortController()
      const transaction = opened.db.transaction.bind(opened.db)
      opened.db.transaction = async (work, config) => {
        const done = await transaction(work, config)
        stop.abort()
        return done
      }
      await expect(rewriteStored(opened, stop.signal)).rejects.toMatchObject({code: 'CANCELLED'})
      opened.db.transaction = transaction
      const sealed = (await opened.db.select().from(messages)).filter(row =>
        row.content.startsWith(opened.cipher.prefix),
      )
      expect(sealed).toHaveLength(50)
      const again = openMemory({store: opened})
      const found = await again.recall({...place, session: 'other'}, 'question 7', {limit: 200})
      expect(found.map(({text}) => text)).toContain('question 7')
      const [working] = await Promise.all([
        rewriteStored(opened, never),
        (await again.open(place)).add({user: 'meanwhile', assistant: 'of course'}),
      ])
      expect(working).toEqual({rows: 110, failed: 0, ended: []})
      const contents = await (await again.open(place)).fitted(async () => true)
      expect(contents.at(-1)?.content).toBe('of course')
      expect(contents).toHaveLength(100)
      await again.close()
      await opened.close()
    })
  })
}
