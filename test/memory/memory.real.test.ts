import {EssenceError} from '@essence/core/kit/errors'
import {mockLlm} from '@essence/core/llm/mock'
import type {ChatMessage} from '@essence/core/llm/port'
import {openMemory} from '@essence/core/memory/memory'
import type {Memory, MemoryPlace} from '@essence/core/memory/port'
import {conversations, facts, messages} from '@essence/core/store/schema'
import type {Store} from '@essence/core/store/store'
import fc from 'fast-check'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {storeKindsAndEncrypted} from '../store/stores.ts'
import {wordEmbedder} from './word-embedder.ts'

const anna: MemoryPlace = {speaker: 'telegram:1', session: 'telegram:1', channel: 'telegram'}
const ben: MemoryPlace = {speaker: 'telegram:2', session: 'telegram:2', channel: 'telegram'}
const all = async (): Promise<boolean> => true
const contents = (said: ChatMessage[]): string[] => said.map(({content}) => content)

for (const kind of storeKindsAndEncrypted()) {
  describe.skipIf(kind.missing !== '')(`memory on ${kind.name}${kind.missing}`, () => {
    let store: Store
    let clock = new Date('2026-03-01T12:00:00Z')
    const later = (minutes: number): void => {
      clock = new Date(clock.getTime() + minutes * 60_000)
    }
    const opened: Memory[] = []
    const open = (options: Partial<Parameters<typeof openMemory>[0]> = {}): Memory => {
      const memory = openMemory({store, now: () => clock, ...options})
      opened.push(memory)
      return memory
    }
    const say = async (memory: Memory, place: MemoryPlace, user: string, assistant = 'I see.'): Promise<void> => {
      later(1)
      await (await memory.open(place)).add({user, assistant})
    }
    const textsOf = async (memory: Memory, speaker: string): Promise<string[]> =>
      (await memory.facts(speaker)).map(({text}) => text)

    beforeAll(async () => {
      store = (await kind.create()).store
    })
    beforeEach(async () => {
      await Promise.all(opened.splice(0).map(memory => memory.close()))
      await store.db.delete(facts)
      await store.db.delete(conversations)
      clock = new Date('2026-03-01T12:00:00Z')
    })
    afterAll(async () => {
      await Promise.all(opened.map(memory => memory.close()))
      await store.close()
      await kind.stop()
    })

    it('goes on with a conversation, tools included, also in another process', async () => {
      const between: ChatMessage[] = [
        {role: 'assistant', content: '', toolCalls: [{id: '1', name: 'time', arguments: '{}'}]},
        {role: 'tool', content: 'noon', toolCallId: '1', name: 'time'},
      ]
      await (await open().open(anna)).add({user: 'What time is it?', between, assistant: 'Noon.'})
      await say(open(), anna, 'Thanks', 'Any time.')
      expect(await (await open().open(anna)).fitted(all)).toEqual([
        {role: 'user', content: 'What time is it?'},
        ...between,
        {role: 'assistant', content: 'Noon.'},
        {role: 'user', content: 'Thanks'},
        {role: 'assistant', content: 'Any time.'},
      ])
    })

    it('begins anew after idle time, and keeps what was said', async () => {
      const memory = open({idleMs: 30 * 60_000})
      await say(memory, anna, 'The wifi password is swordfish')
      later(29)
      expect(await (await memory.open(anna)).fitted(all)).toHaveLength(2)
      later(31)
      expect(await (await memory.open(anna)).fitted(all)).toEqual([])
      const [found] = await memory.recall(anna, 'What was the wifi password?')
      const at = new Date(clock.getTime() - 60 * 60_000)
      expect(found).toMatchObject({kind: 'message', role: 'user', text: 'The wifi password is swordfish', at})
    })

    it('keeps what fits, from a question on; the older half leaves at once and does not come back', async () => {
      const memory = open()
      for (let turn = 1; turn <= 8; turn++) await say(memory, anna, `question ${turn}`, `answer ${turn}`)
      const conversation = await memory.open(anna)
      const fitted = await conversation.fitted(async said => said.length <= 8)
      expect(contents(fitted)[0]).toBe('question 5')
      expect(await conversation.fitted(all)).toEqual(fitted)
      await conversation.add({user: 'question 9', assistant: 'answer 9'})
      expect(contents(await conversation.fitted(all)).at(-1)).toBe('answer 9')
      expect(await (await memory.open(anna)).fitted(async () => false)).toEqual([])
      expect(await (await memory.open(anna)).fitted(all)).toEqual([])
    })

    it('holds no more messages in the window than asked for', async () => {
      const memory = open({windowMessages: 5})
      for (let turn = 1; turn <= 4; turn++) await say(memory, anna, `question ${turn}`)
      expect(contents(await (await memory.open(anna)).fitted(all))[0]).toBe('question 3')
    })

    it('adds exchanges of one conversation at once, each whole', async () => {
      const memory = open()
      const conversation = await memory.open(anna)
      const users = Array.from({length: 12}, (_, turn) => `question ${turn}`)
      await Promise.all(users.map(user => conversation.add({user, assistant: `answer to ${user}`})))
      const said = contents(await conversation.fitted(all))
      for (const user of users) expect(said[said.indexOf(user) + 1]).toBe(`answer to ${user}`)
    })

    it('forgets a session, with an exchange that ends afterwards; facts stay', async () => {
      const memory = open()
      await say(memory, anna, 'My name is Anna.')
      const conversation = await memory.open(anna)
      await memory.forgetSession(anna)
      await conversation.add({user: 'late', assistant: 'too late'})
      expect(await (await memory.open(anna)).fitted(all)).toEqual([])
      expect(await store.db.select().from(messages)).toEqual([])
      expect(await textsOf(memory, anna.speaker)).toEqual(['Name is Anna.'])
    })

    it('replaces a fact by a newer one on the same subject, and knows since when', async () => {
      const memory = open()
      await say(memory, anna, 'I live in Paris.')
      const moved = clock
      await say(memory, anna, 'By the way, I moved to Lyon.')
      expect(await textsOf(memory, anna.speaker)).toEqual(['Lives in Lyon.'])
      const [now, before] = await memory.facts(anna.speaker, {past: true})
      expect(now).toMatchObject({subject: 'home', provenance: 'said', validFrom: clock, messageId: expect.any(String)})
      expect(now?.validTo).toBeUndefined()
      expect(before).toMatchObject({text: 'Lives in Paris.', validFrom: moved, validTo: clock})
      const [row] = await store.db.select().from(facts)
      expect([row?.replacedBy, null]).toContain(row?.validTo ? now?.id : null)
    })

    it('does not let an older fact replace a newer one, nor keeps the same twice', async () => {
      const memory = open()
      await say(memory, anna, 'I live in Lyon.')
      await say(memory, anna, 'I live in Lyon!')
      const old = {text: 'Lives in Paris.', subject: 'home', provenance: 'said', validFrom: new Date(0)} as const
      expect((await memory.note(anna.speaker, old)).validTo).toBeInstanceOf(Date)
      expect(await textsOf(memory, anna.speaker)).toEqual(['Lives in Lyon.'])
      expect(await memory.facts(anna.speaker, {past: true})).toHaveLength(2)
      const guess = {text: 'Lives in Rome.', subject: 'home', provenance: 'concluded'} as const
      expect((await memory.note(anna.speaker, guess)).text).toBe('Lives in Lyon.')
    })

    it('has one fact on a subject, whatever is noted at once', async () => {
      const memory = open()
      const cities = ['Rome', 'Paris', 'Lyon', 'Bern', 'Oslo']
      await Promise.all(
        cities.map(city => memory.note(anna.speaker, {text: `Lives in ${city}.`, subject: 'home', provenance: 'said'})),
      )
      expect(await memory.facts(anna.speaker)).toHaveLength(1)
    })

    it('corrects a fact, and answers with its new value', async () => {
      const memory = open()
      await say(memory, anna, 'I live in Paris.')
      const [fact] = await memory.facts(anna.speaker)
      const corrected = await memory.correct(anna.speaker, fact?.id ?? '', 'Lives in Lyon.')
      expect(corrected).toMatchObject({subject: 'home', provenance: 'said', text: 'Lives in Lyon.'})
      expect(await memory.facts(anna.speaker)).toEqual([corrected])
      const recalled = await memory.recall({...anna, session: 'other'}, 'Which city lives in?')
      expect(recalled[0]?.text).toBe('Lives in Lyon.')
      await expect(memory.correct(anna.speaker, fact?.id ?? '', 'Rome')).rejects.toMatchObject({code: 'FACT_UNKNOWN'})
      await expect(memory.correct(anna.speaker, corrected.id, ' ')).rejects.toMatchObject({code: 'USAGE'})
      expect(await memory.facts(anna.speaker)).toEqual([corrected])
    })

    it('erases a fact for good: with every exchange it was said in, and the summary of that', async () => {
      const memory = open()
      await say(memory, anna, 'My birthday is March 3rd.', 'March 3rd, I see.')
      await say(memory, anna, 'How are you?', 'Fine.')
      await say(memory, anna, 'I told you, my birthday is March 3rd!', 'Sorry.')
      await store.db.update(conversations).set({summary: 'Born on March 3rd.', summarizedTo: 2})
      const [fact] = await memory.facts(anna.speaker)
      await memory.erase(anna.speaker, fact?.id ?? '')
      expect(await memory.facts(anna.speaker, {past: true})).toEqual([])
      const rest = await store.db.select().from(messages)
      expect(rest.map(row => store.cipher.open(row.content, 'messages.content', row)).sort()).toEqual([
        'Fine.',
        'How are you?',
      ])
      expect((await memory.open(anna)).summary).toBeUndefined()
      expect(await memory.recall({...anna, session: 'other'}, 'birthday March')).toEqual([])
    })

    it('erases all that is known of a person, and only of that one', async () => {
      const memory = open()
      for (const place of [anna, ben]) await say(memory, place, 'My name is Sam. The code is 4711.')
      await memory.eraseAll(anna.speaker)
      for (const table of [facts, conversations, messages]) {
        const rows = await store.db.select().from(table)
        expect(rows.length).toBeGreaterThan(0)
        expect(rows.map(({speaker}) => speaker).every(speaker => speaker === ben.speaker)).toBe(true)
      }
    })

    it('recalls what was said again and again once', async () => {
      const memory = open()
      for (let turn = 0; turn < 5; turn++) await say(memory, {...anna, session: `${turn}`}, 'Turn up the volume')
      await say(memory, {...anna, session: 'x'}, 'The volume of the sphere was the question')
      const found = await memory.recall(anna, 'volume', {limit: 5})
      expect(found.map(({text}) => text).sort()).toEqual([
        'The volume of the sphere was the question',
        'Turn up the volume',
      ])
    })

    it('recalls a fact in place of its message, and a message whose fact is replaced after others', async () => {
      const memory = open()
      await say(memory, {...anna, session: 'a'}, 'I live in Paris, close to the market')
      await say(memory, {...anna, session: 'b'}, 'I moved to Lyon, close to the market')
      await say(memory, {...anna, session: 'c'}, 'The market is close to my office')
      const found = await memory.recall(anna, 'close to the market')
      expect(found.map(({text}) => text)).toEqual(
        expect.arrayContaining(['The market is close to my office', 'I live in Paris, close to the market']),
      )
      expect(found.at(-1)?.text).toBe('I live in Paris, close to the market')
      expect((await memory.recall(anna, 'Lyon')).map(({text}) => text)).toEqual(['Lives in Lyon.'])
    })

    it('recalls by words: the rarer one counts more; not what is in the window', async () => {
      const memory = open()
      await say(memory, {...anna, session: 'a'}, 'The train to Hamburg was late again, what a day.')
      await say(memory, {...anna, session: 'b'}, 'The train to Bremen was late today.')
      await say(memory, {...anna, session: 'c'}, 'The train was late, then the bus was late.')
      const found = await memory.recall(anna, 'Which train goes to Bremen?', {limit: 2})
      expect(found.map(({text}) => text)[0]).toContain('Bremen')
      expect(found).toHaveLength(2)
      expect(await memory.recall({...anna, session: 'b'}, 'Bremen')).toEqual([])
      expect(await memory.recall(anna, '?!')).toEqual([])
      expect(await memory.recall(anna, "' | & ! :* \0 \ud800 --")).toEqual([])
    })

    it('recalls what has left the window of the same conversation', async () => {
      const memory = open()
      await say(memory, anna, 'The key is under the mat.')
      for (let turn = 1; turn < 4; turn++) await say(memory, anna, `small talk ${turn}`)
      await (await memory.open(anna)).fitted(async said => said.length <= 4)
      expect((await memory.recall(anna, 'Where is the key?'))[0]?.text).toBe('The key is under the mat.')
    })

    it('recalls by meaning what has no word in common, and makes vectors anew for another model', async () => {
      const first = wordEmbedder('first', 8)
      const memory = open({embedder: first})
      await say(memory, {...anna, session: 'a'}, 'I bought a puppy')
      await say(memory, {...anna, session: 'b'}, 'It rains')
      await memory.settle()
      expect((await memory.recall(anna, 'dog'))[0]?.text).toBe('I bought a puppy')
      const second = wordEmbedder('second', 16)
      const other = open({embedder: second})
      // Meanwhile words find, and vectors of another dimension harm nothing.
      expect((await other.recall(anna, 'puppy'))[0]?.text).toBe('I bought a puppy')
      await other.settle()
      expect((await other.recall(anna, 'dog'))[0]?.text).toBe('I bought a puppy')
      const rows = await store.db.select().from(messages)
      expect(rows.every(row => row.embeddingModel === 'second' && row.embedding?.length === 16)).toBe(true)
      // The same name with another dimension is another model.
      const third = open({embedder: wordEmbedder('second', 4)})
      await third.settle()
      expect((await third.recall(anna, 'dog'))[0]?.text).toBe('I bought a puppy')
    })

    it('makes vectors in the background after each exchange, and searches by words where that fails', async () => {
      const memory = open({embedder: wordEmbedder('m', 8)})
      const vectors = async (): Promise<number> =>
        (await store.db.select().from(messages)).filter(({embedding}) => embedding !== null).length
      await say(memory, anna, 'I bought a puppy')
      await expect.poll(vectors).toBe(2)
      await Promise.all([say(memory, ben, 'It rains'), say(memory, anna, 'I bought tea', 'Green tea?')])
      await expect.poll(vectors).toBe(6)
      const logged: string[] = []
      const broken = open({
        embedder: {
          ...wordEmbedder('m', 8),
          embed: () => Promise.reject(new EssenceError('ENGINE_FAILED', 'out of order')),
        },
        log: line => logged.push(line),
      })
      expect((await broken.recall({...anna, session: 'x'}, 'the puppy'))[0]?.text).toBe('I bought a puppy')
      expect(logged).toContain('memory: searched by words only: out of order')
    })

    it('refuses vectors that are not what the model says', async () => {
      const lying = {...wordEmbedder('m', 8), dimension: 9}
      const memory = open({embedder: lying})
      await say(memory, anna, 'hello')
      await expect(memory.settle()).rejects.toMatchObject({code: 'ENGINE_FAILED'})
    })

    it('takes any text', async () => {
      const memory = open()
      const odd = `a\0b \ud800 ${'x'.repeat(300_000)}`
      await say(memory, anna, odd, '\0')
      await say(memory, anna, '', '')
      const [first = ''] = contents(await (await memory.open(anna)).fitted(all))
      expect(first.startsWith('ab \ufffd xxx')).toBe(true)
      expect(first.length).toBeLessThan(300_000)
      const many = Array.from({length: 40_000}, (_, index) => `w${index.toString(36)}é`).join(' ')
      await say(memory, anna, many)
    })

    it('refuses names of people that would become one in the database', async () => {
      const memory = open()
      for (const speaker of ['', 'a\0', '\ud800', 'x'.repeat(201)])
        await expect(memory.open({...anna, speaker})).rejects.toMatchObject({code: 'USAGE'})
      await (await memory.open({speaker: '语'.repeat(200), session: '语'.repeat(200)})).add({user: 'a', assistant: 'b'})
    })

    it('has the model sum up what has left the window, each message once, and looks at the prompt beside it', async () => {
      const asked: string[] = []
      const llm = mockLlm({
        reply: messages => {
          const prompt = messages.at(-1)?.content ?? ''
          if (prompt.endsWith('JSON:')) return '[]'
          asked.push(prompt)
          return `summary ${asked.length}`
        },
      })
      const memory = open({llm})
      for (let turn = 1; turn <= 8; turn++) await say(memory, anna, `question ${turn}`, `answer ${turn}`)
      await memory.settle()
      expect(asked).toEqual([])
      await (await memory.open(anna)).fitted(async said => said.length <= 8)
      await memory.settle()
      expect((await memory.open(anna)).summary).toBe('summary 1')
      expect(asked[0]).toContain('question 4')
      expect(asked[0]).not.toContain('question 5')
      await (await memory.open(anna)).fitted(async said => said.length <= 4)
      await memory.settle()
      expect(asked[1]).toContain('summary 1')
      expect(asked[1]).toContain('question 6')
      expect(asked[1]).not.toContain('question 4')
      // Another process begins where the summary ends.
      const fitted = await (await open().open(anna)).fitted(all)
      expect(contents(fitted)[0]).toBe('question 7')
    })

    it('sums up in pieces what does not fit the model at once', async () => {
      let asked = 0
      const llm = mockLlm({
        contextTokens: 160,
        reply: messages => (messages.at(-1)?.content.endsWith('JSON:') ? '[]' : `summary ${++asked}`),
      })
      const memory = open({llm})
      for (let turn = 1; turn <= 4; turn++) await say(memory, anna, `question ${'word '.repeat(40)}`)
      await (await memory.open(anna)).fitted(async () => false)
      await memory.settle()
      expect(asked).toBeGreaterThan(1)
      expect((await memory.open(anna)).summary).toBe(`summary ${asked}`)
    })

    it('has the model find facts, and keeps those that were said', async () => {
      const llm = mockLlm({
        reply: () =>
          '[{"subject": "pet", "fact": "Has a puppy called Rex."}, {"subject": "pet", "fact": "Has a kitten."}, {"fact": "Owns a castle."}, {"subject": "home", "fact": "Lives in Rome."}]',
      })
      const memory = open({llm})
      await say(
        memory,
        anna,
        'We got a puppy called Rex and a kitten. I live in Lyon, not in Rome.',
        'You own a castle.',
      )
      await memory.settle()
      const found = await memory.facts(anna.speaker)
      expect(found.map(({text, provenance}) => [text, provenance]).sort()).toEqual([
        ['Has a kitten.', 'concluded'],
        ['Has a puppy called Rex.', 'concluded'],
        ['Lives in Lyon.', 'said'],
      ])
      expect(found.every(({messageId}) => messageId !== undefined)).toBe(true)
      // Each message is looked at once.
      await memory.eraseAll(anna.speaker)
      await memory.settle()
      expect(await memory.facts(anna.speaker)).toEqual([])
    })

    it('uses the model a while after the last turn only, and lets it go when somebody speaks', async () => {
      const began: AbortSignal[] = []
      const llm = mockLlm()
      const slow = {
        ...llm,
        chat: (...[, options]: Parameters<typeof llm.chat>) => {
          began.push(options?.signal ?? AbortSignal.abort())
          return (async function* () {
            await new Promise((_, reject) =>
              options?.signal?.addEventListener('abort', () => reject(new EssenceError('CANCELLED', 'Cancelled.'))),
            )
          })() as ReturnType<typeof llm.chat>
        },
      }
      const memory = open({llm: slow, pauseMs: 20})
      await say(memory, anna, 'We got a puppy.')
      await expect.poll(() => began.length).toBe(1)
      await memory.open(ben)
      expect(began[0]?.aborted).toBe(true)
      await memory.close()
    })

    it('two people never share anything', async () => {
      const embedder = wordEmbedder('m', 8)
      const memory = open({embedder})
      const words = ['dog', 'puppy', 'Lyon', 'rain', 'Anna', 'tea']
      // What is said says whose it is, so that everything that comes back can be held to it.
      const people = ['a', 'A', 'a ', 'a%', 'b', "b'; drop table facts; --"]
      const action = fc.record({
        who: fc.nat(people.length - 1),
        session: fc.constantFrom('s', 't'),
        word: fc.constantFrom(...words),
        what: fc.constantFrom('say', 'tell', 'recall', 'erase', 'correct', 'forget', 'steal', 'eraseAll'),
      })
      const mark = (who: number): string => `<${who}>`
      await fc.assert(
        fc.asyncProperty(fc.array(action, {minLength: 10, maxLength: 25}), async actions => {
          for (const speaker of people) await memory.eraseAll(speaker)
          for (const {who, session, word, what} of actions) {
            const speaker = people[who] ?? ''
            const place = {speaker, session}
            const otherWho = (who + 1) % people.length
            const other = people[otherWho] ?? ''
            if (what === 'say')
              await (await memory.open(place)).add({user: `${mark(who)} ${word}`, assistant: mark(who)})
            if (what === 'tell')
              await (await memory.open(place)).add({
                user: `Remember that ${word} is ${mark(who)}`,
                assistant: mark(who),
              })
            if (what === 'forget') await memory.forgetSession(place)
            if (what === 'eraseAll') await memory.eraseAll(speaker)
            const own = (await memory.facts(speaker))[0]?.id
            if (what === 'erase' && own) await memory.erase(speaker, own)
            if (what === 'correct' && own) await memory.correct(speaker, own, `${word} ${mark(who)}`)
            if (what === 'steal') {
              const before = await memory.facts(other, {past: true})
              for (const {id} of before) {
                await expect(memory.erase(speaker, id)).rejects.toMatchObject({code: 'FACT_UNKNOWN'})
                await expect(memory.correct(speaker, id, 'mine')).rejects.toMatchObject({code: 'FACT_UNKNOWN'})
              }
              expect(await memory.facts(other, {past: true})).toEqual(before)
              const talks = await memory.conversations(other)
              for (const {id} of talks.items) {
                const unknown = {code: 'CONVERSATION_UNKNOWN'}
                await expect(memory.messages(speaker, id)).rejects.toMatchObject(unknown)
                await expect(memory.removeConversation(speaker, id)).rejects.toMatchObject(unknown)
              }
              expect(await memory.conversations(other)).toEqual(talks)
            }
            await memory.settle()
            const given = [
              ...(await memory.facts(speaker, {past: true})).map(({text}) => text),
              ...(await memory.recall({speaker, session: 'elsewhere'}, `${word} ${words.join(' ')}`, {limit: 50})).map(
                ({text}) => text,
              ),
              ...contents(await (await memory.open(place)).fitted(all)),
              ...(await memory.conversations(speaker)).items.map(({title}) => title),
            ]
            for (const text of given) expect(text).toContain(mark(who))
          }
        }),
        {numRuns: 8},
      )
    })

    it('knows no facts under what is no id', async () => {
      const memory = open()
      for (const id of ['', '1', "' or true --", '00000000-0000-0000-0000-000000000000'])
        await expect(memory.erase(anna.speaker, id)).rejects.toMatchObject({code: 'FACT_UNKNOWN'})
    })
  })
}
