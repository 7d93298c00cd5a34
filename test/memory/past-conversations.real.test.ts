// What was said, for its person: listed, read, erased; and for nobody else.
import {openMemory} from '@essence/core/memory/memory'
import type {Memory, MemoryPlace} from '@essence/core/memory/port'
import {conversations, messages} from '@essence/core/store/schema'
import type {Store} from '@essence/core/store/store'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {storeKindsAndEncrypted} from '../store/stores.ts'
import {wordEmbedder} from './word-embedder.ts'

const anna: MemoryPlace = {speaker: 'gateway:anna', session: 'chat', channel: 'gateway'}
const ben: MemoryPlace = {speaker: 'gateway:ben', session: 'chat', channel: 'gateway'}

for (const kind of storeKindsAndEncrypted()) {
  describe.skipIf(kind.missing !== '')(`conversations on ${kind.name}${kind.missing}`, () => {
    let store: Store
    let memory: Memory
    let clock = new Date('2026-03-01T12:00:00Z')
    const say = async (place: MemoryPlace, user: string, minutes = 1): Promise<void> => {
      clock = new Date(clock.getTime() + minutes * 60_000)
      await (await memory.open(place)).add({user, assistant: `You said: ${user}`})
    }
    const idsOf = async (speaker: string): Promise<string[]> =>
      (await memory.conversations(speaker)).items.map(({id}) => id)

    beforeAll(async () => {
      store = (await kind.create()).store
      memory = openMemory({store, now: () => clock, embedder: wordEmbedder('m', 8)})
    })
    beforeEach(async () => {
      await memory.eraseAll(anna.speaker)
      await memory.eraseAll(ben.speaker)
    })
    afterAll(async () => {
      await memory?.close()
      await store?.close()
      await kind.stop()
    })

    it('are listed, the newest first, with the first words said', async () => {
      const began = new Date(clock.getTime() + 60_000)
      await say(anna, `Where   is\n${'the nearest '.repeat(10)}bakery?`)
      await say(anna, 'Thanks')
      await say(anna, 'Good morning', 600)
      await memory.open({...anna, session: 'silent'})
      const {items, total} = await memory.conversations(anna.speaker)
      expect(total).toBe(2)
      expect(items).toMatchObject([
        {session: 'chat', channel: 'gateway', title: 'Good morning', messages: 2, createdAt: clock, lastAt: clock},
        {messages: 4, createdAt: began},
      ])
      expect(items[1]?.title).toMatch(/^Where is the nearest [a-z ]{20,40}…$/)
      expect(items[1]?.title.length).toBeLessThanOrEqual(60)
    })

    it('are listed by page, by session, and before a time', async () => {
      for (const session of ['a', 'b', 'c', 'd', 'e']) await say({...anna, session}, `in ${session}`)
      const titles = async (page: Parameters<Memory['conversations']>[1]) => {
        const {items, total} = await memory.conversations(anna.speaker, page)
        return [total, ...items.map(({title}) => title)]
      }
      expect(await titles({pageSize: 2})).toEqual([5, 'in e', 'in d'])
      expect(await titles({pageSize: 2, page: 3})).toEqual([5, 'in a'])
      expect(await titles({page: 9})).toEqual([5])
      expect(await titles({session: 'c'})).toEqual([1, 'in c'])
      expect(await titles({before: new Date(clock.getTime() - 3 * 60_000)})).toEqual([1, 'in a'])
      for (const wrong of [{page: 0}, {pageSize: 101}, {page: 1.5}, {before: new Date(Number.NaN)}])
        await expect(memory.conversations(anna.speaker, wrong)).rejects.toMatchObject({code: 'USAGE'})
    })

    it('are read from any message on, tools marked', async () => {
      const toolCalls = [{id: '1', name: 'date_and_time', arguments: '{}'}]
      await (await memory.open(anna)).add({
        user: 'What time is it?',
        between: [
          {role: 'assistant', content: '', toolCalls},
          {role: 'tool', content: 'noon', toolCallId: '1', name: 'date_and_time'},
        ],
        assistant: 'Noon.',
      })
      const [id = ''] = await idsOf(anna.speaker)
      const all = await memory.messages(anna.speaker, id)
      expect(all.map(({role, content, tools}) => [role, content, tools])).toEqual([
        ['user', 'What time is it?', undefined],
        ['assistant', '', ['date_and_time']],
        ['tool', 'noon', ['date_and_time']],
        ['assistant', 'Noon.', undefined],
      ])
      expect(all[0]).toMatchObject({id: expect.any(String), createdAt: clock, ordinal: 1})
      expect(await memory.messages(anna.speaker, id, {after: 1, limit: 2})).toEqual(all.slice(1, 3))
      expect(await memory.messages(anna.speaker, id.toUpperCase(), {after: 4})).toEqual([])
      for (const wrong of [{limit: 0}, {limit: 1001}, {after: -1}, {after: 2 ** 40}])
        await expect(memory.messages(anna.speaker, id, wrong)).rejects.toMatchObject({code: 'USAGE'})
    })

    it('are found by words of what was said or of the title, each of them, wherever it stands', async () => {
      await say({...anna, session: 'a'}, 'Where is the nearest bakery?')
      await say({...anna, session: 'a'}, 'Does it rain tomorrow?')
      await say({...anna, session: 'b'}, 'Bakeries sell bread.')
      await say(ben, 'A bakery of mine')
      const titles = async (query: string) => {
        const {items, total} = await memory.conversations(anna.speaker, {query})
        expect(items).toHaveLength(total)
        return items.map(({title}) => title)
      }
      expect(await titles('bakery')).toEqual(['Bakeries sell bread.', 'Where is the nearest bakery?'])
      expect(await titles('bakery rain')).toEqual(['Where is the nearest bakery?'])
      expect(await titles('bake')).toHaveLength(2)
      expect(await titles('pharmacy')).toEqual([])
      expect(await titles('the')).toHaveLength(2)
      expect(await titles("' | :* & !( \\")).toHaveLength(2)
      const [newest = ''] = await idsOf(anna.speaker)
      await memory.renameConversation(anna.speaker, newest, 'Pharmacies')
      expect(await titles('pharmacy')).toEqual(['Pharmacies'])
      expect(await titles('bread')).toEqual(['Pharmacies'])
    })

    it('are named by their person', async () => {
      await say(anna, 'Good morning')
      const [id = ''] = await idsOf(anna.speaker)
      await memory.renameConversation(anna.speaker, id.toUpperCase(), '  Breakfast\n with  Ben ')
      expect((await memory.conversations(anna.speaker)).items).toMatchObject([{id, title: 'Breakfast with Ben'}])
      const [row] = await store.db.select().from(conversations)
      expect(row?.title?.includes('Breakfast')).toBe(store.cipher.keyId === undefined)
      for (const wrong of [' ', 'x'.repeat(121)])
        await expect(memory.renameConversation(anna.speaker, id, wrong)).rejects.toMatchObject({code: 'USAGE'})
    })

    it('go on where they fell silent, in their session or in another', async () => {
      const window = async (session: string) => {
        const said = await (await memory.open({...anna, session})).fitted(async () => true)
        return said.filter(({role}) => role === 'user').map(({content}) => content)
      }
      await say(anna, 'first')
      await say(anna, 'second', 600)
      const [newer = '', older = ''] = await idsOf(anna.speaker)
      expect(await window('chat')).toEqual(['second'])
      await memory.resumeConversation(anna.speaker, older)
      expect(await window('chat')).toEqual(['first'])
      await say(anna, 'third')
      expect(await idsOf(anna.speaker)).toEqual([older, newer])
      expect((await memory.messages(anna.speaker, older)).map(({content}) => content)).toContain('third')
      await memory.resumeConversation(anna.speaker, newer, 'elsewhere')
      expect(await window('elsewhere')).toEqual(['second'])
      expect(await window('chat')).toEqual(['first', 'third'])
      // Also one that goes on already.
      await memory.resumeConversation(anna.speaker, older)
      expect(await window('chat')).toEqual(['first', 'third'])
    })

    it('are erased with messages, vectors and summary; facts stay, and what goes on begins anew', async () => {
      await say(anna, 'My name is Anna. The code is 4711.')
      await say({...anna, session: 'other'}, 'It rains.')
      await memory.settle()
      await store.db.update(conversations).set({summary: 'A code was told.'})
      const [id = ''] = (await memory.conversations(anna.speaker, {session: 'chat'})).items.map(one => one.id)
      const open = await memory.open(anna)
      await memory.removeConversation(anna.speaker, id)
      expect((await store.db.select().from(messages)).every(({conversationId}) => conversationId !== id)).toBe(true)
      expect((await store.db.select().from(conversations)).map(({session}) => session)).toEqual(['other'])
      expect((await memory.facts(anna.speaker)).map(({text}) => text)).toEqual(['Name is Anna.'])
      expect((await memory.recall(anna, 'the code 4711')).filter(({text}) => text.includes('4711'))).toEqual([])
      await open.add({user: 'late', assistant: 'too late'})
      expect((await memory.open(anna)).summary).toBeUndefined()
      expect((await memory.conversations(anna.speaker)).total).toBe(1)
      await expect(memory.removeConversation(anna.speaker, id)).rejects.toMatchObject({code: 'CONVERSATION_UNKNOWN'})
    })

    it('of another person are not there', async () => {
      await say(anna, 'The code is 4711.')
      await say(ben, 'Hello')
      const [id = ''] = await idsOf(anna.speaker)
      expect((await memory.conversations(ben.speaker)).items.map(({title}) => title)).toEqual(['Hello'])
      for (const speaker of [ben.speaker, 'gateway:ann', 'GATEWAY:ANNA', "gateway:anna' or true --"])
        for (const wanted of [id, "' or true --", '', 'x'.repeat(500)]) {
          const unknown = {code: 'CONVERSATION_UNKNOWN'}
          await expect(memory.messages(speaker, wanted)).rejects.toMatchObject(unknown)
          await expect(memory.renameConversation(speaker, wanted, 'mine')).rejects.toMatchObject(unknown)
          await expect(memory.resumeConversation(speaker, wanted)).rejects.toMatchObject(unknown)
          await expect(memory.removeConversation(speaker, wanted)).rejects.toMatchObject(unknown)
        }
      expect(await memory.messages(anna.speaker, id)).toHaveLength(2)
    })
  })
}
