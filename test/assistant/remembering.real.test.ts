import {chatAssistant} from '@essence/core/assistant/chat-assistant'
import {openFastPath} from '@essence/core/assistant/fast-path/fast-path'
import type {Assistant, AssistantDelta, AssistantRequest} from '@essence/core/assistant/port'
import type {LanguageModel} from '@essence/core/llm/port'
import {openMemory} from '@essence/core/memory/memory'
import type {Store} from '@essence/core/store/store'
import {openToolbox} from '@essence/core/tools/open'
import {openReminders} from '@essence/core/tools/reminders'
import {afterAll, describe, expect, it} from 'vitest'
import {callingLlm} from '../engines/calling-llm.ts'
import {storeKinds} from '../store/stores.ts'

/** June over a database, as she is composed for a channel. */
const june = async (store: Store, llm: LanguageModel) => {
  const memory = openMemory({store})
  const reminders = openReminders({store})
  const toolbox = await openToolbox({store, memory, reminders, timeZone: 'UTC'})
  const fastPath = openFastPath({memory, reminders, toolbox, timeZone: 'UTC'})
  const assistant = chatAssistant(llm, {systemPrompt: '', memory, toolbox, fastPath, toolRounds: 3})
  const close = async () => {
    await toolbox.close()
    await reminders.close()
    await memory.close()
    await store.close()
  }
  return {assistant, memory, reminders, close}
}

const ask = async (assistant: Assistant, text: string, request: Partial<AssistantRequest> = {}) => {
  let answer = ''
  let last: AssistantDelta | undefined
  const asked = {speaker: 'ann', session: 's', channel: 'test', language: 'en', text, ...request}
  for await (const delta of assistant.reply(asked)) {
    if (delta.kind === 'answer') answer += delta.text
    last = delta
  }
  return {answer, last}
}

/** The last message, without the notes beside it. */
const question = (content = ''): string => content.split('\n\n').at(-1) ?? ''

for (const kind of storeKinds()) {
  describe(`June remembers, on ${kind.name}${kind.missing}`, () => {
    afterAll(kind.stop)
    const test = it.skipIf(kind.missing !== '')

    test('a conversation goes on after a restart', async () => {
      const {store, reopen} = await kind.create()
      const first = callingLlm(() => 'Blue.')
      const before = await june(store, first)
      await ask(before.assistant, 'What is a good colour?')
      await before.close()
      const second = callingLlm(() => 'It was blue.')
      const after = await june(await reopen(), second)
      expect((await ask(after.assistant, 'Which one was it?')).answer).toBe('It was blue.')
      const said = second.asked[0]?.map(({role, content}) => [role, question(content)])
      expect(said).toEqual([
        ['user', 'What is a good colour?'],
        ['assistant', 'Blue.'],
        ['user', 'Which one was it?'],
      ])
      await after.close()
    })

    test('a fact that was corrected has its new value, beside the question and in the list', async () => {
      const {store} = await kind.create()
      const llm = callingLlm(() => 'Nice.')
      const {assistant, close} = await june(store, llm)
      await ask(assistant, 'I live in Paris.')
      await ask(assistant, 'I moved to Lyon.', {session: 'another'})
      await ask(assistant, 'Where do I live?', {session: 'a third'})
      expect(llm.asked.at(-1)?.at(-1)?.content).toContain('Lives in Lyon.')
      expect(llm.asked.at(-1)?.at(-1)?.content).not.toContain('Lives in Paris.')
      const known = await ask(assistant, 'What do you know about me?')
      expect(known.answer).toBe('This is what I know about you: Lives in Lyon.')
      await close()
    })

    test('two people never see what the other said, also under the same name of a session', async () => {
      const {store} = await kind.create()
      const llm = callingLlm(() => 'All right.')
      const {assistant, close} = await june(store, llm)
      await ask(assistant, 'My name is Ann and the word is heliotrope.')
      await ask(assistant, 'What is the word?', {speaker: 'bob'})
      expect(JSON.stringify(llm.asked.at(-1))).not.toMatch(/heliotrope|Ann/)
      const {answer} = await ask(assistant, 'What do you know about me?', {speaker: 'bob'})
      expect(answer).toBe('I know nothing about you yet.')
      await close()
    })

    test('what was asked about is done after a yes, also after a restart, and once', async () => {
      const {store, reopen} = await kind.create()
      const llm = callingLlm(() => 'Done.')
      const before = await june(store, llm)
      await ask(before.assistant, 'My name is Ann.')
      const {answer, last} = await ask(before.assistant, 'Forget everything about me.')
      expect(answer).toContain('Shall I erase everything')
      expect(last?.confirmation?.expiresAt.getTime()).toBeGreaterThan(Date.now())
      expect(await before.memory.facts('ann')).toHaveLength(1)
      await before.close()
      const after = await june(await reopen(), llm)
      await ask(after.assistant, 'Yes, please.')
      expect(await after.memory.facts('ann')).toEqual([])
      // Nothing is asked any more: this yes is for the model.
      llm.asked.length = 0
      await ask(after.assistant, 'yes')
      expect(llm.asked).toHaveLength(1)
      await after.close()
    })

    test('a no, and a button, decide too', async () => {
      const {store} = await kind.create()
      const {assistant, memory, close} = await june(
        store,
        callingLlm(() => 'Done.'),
      )
      await ask(assistant, 'My name is Ann.')
      await ask(assistant, 'Vergiss alles.', {language: 'de'})
      expect((await ask(assistant, 'Nein', {language: 'de'})).answer).toBe('Gut, ich lasse es.')
      expect(await memory.facts('ann')).toHaveLength(1)
      const {last} = await ask(assistant, 'forget everything')
      const id = last?.confirmation?.id ?? ''
      await ask(assistant, 'Yes', {decision: {confirmation: id, accepted: true}})
      expect(await memory.facts('ann')).toEqual([])
      await close()
    })

    test('a reminder that was asked for comes after a restart, on its channel', async () => {
      const {store, reopen} = await kind.create()
      const before = await june(
        store,
        callingLlm(() => 'no'),
      )
      const {answer} = await ask(before.assistant, 'Remind me in 2 seconds to call Ann.')
      expect(answer).toBe('I will remind you, in 2 seconds.')
      await before.close()
      const after = await june(
        await reopen(),
        callingLlm(() => 'no'),
      )
      const stop = new AbortController()
      for await (const due of after.reminders.due('test', stop.signal)) {
        expect(due).toMatchObject({speaker: 'ann', session: 's', text: 'Reminder: call ann'})
        break
      }
      stop.abort()
      await after.close()
    })

    test('tools are called until the model answers, and no oftener than allowed', async () => {
      const {store} = await kind.create()
      const once = callingLlm(messages => {
        const result = messages.at(-1)
        return result?.role === 'tool'
          ? `It is ${result.content}.`
          : {name: 'calculator', arguments: {expression: '6*7'}}
      })
      const counting = await june(store, once)
      const {answer, last} = await ask(counting.assistant, 'What is the answer to everything?')
      expect(answer).toContain('42')
      expect(last?.model?.usage.completionTokens).toBeGreaterThan(1)
      // The next prompt has the call and its result.
      await ask(counting.assistant, 'Are you sure?')
      expect(once.asked.at(-1)?.map(({role}) => role)).toEqual(expect.arrayContaining(['tool']))
      const {length} = once.asked
      const endless = callingLlm(() => ({name: 'calculator', arguments: {expression: '1+1'}}))
      const circling = chatAssistant(endless, {systemPrompt: '', toolbox: await openToolbox(), toolRounds: 3})
      await ask(circling, 'Count for ever.')
      expect(endless.asked).toHaveLength(4)
      expect(length).toBeGreaterThan(2)
      await counting.close()
    })

    test('while the database is away answers go on, and health is told', async () => {
      const {store} = await kind.create()
      const llm = callingLlm(() => 'Still here.')
      const {assistant} = await june(store, llm)
      await ask(assistant, 'One.')
      expect(assistant.lacks).toEqual([])
      await store.close()
      expect((await ask(assistant, 'Two.')).answer).toBe('Still here.')
      expect(assistant.lacks?.join()).toMatch(/^memory: /)
      expect((await ask(assistant, 'Three.')).answer).toBe('Still here.')
      expect(llm.asked.at(-1)?.map(({content}) => question(content))).toEqual(['Two.', 'Still here.', 'Three.'])
    })
  })
}
