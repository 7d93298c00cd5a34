import type {Assistant, AssistantDelta, AssistantRequest} from '@essence/core/assistant/port'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {collected} from '../collected.ts'

export const request = (text: string, more: Partial<AssistantRequest> = {}): AssistantRequest => ({
  speaker: 'test',
  session: 'test',
  language: 'en',
  text,
  ...more,
})

/** The answer to one request, without thoughts. */
export const ask = async (assistant: Assistant, text: string, more: Partial<AssistantRequest> = {}): Promise<string> =>
  (await collected(assistant.reply(request(text, more))))
    .flatMap(({kind, text}) => (kind === 'answer' ? [text] : []))
    .join('')

/** What every assistant must do, whatever answers behind it. Its answers must have at least two deltas. */
export const assistantConformance = (name: string, open: () => Promise<Assistant>): void => {
  describe(`${name} is an assistant`, () => {
    let assistant: Assistant
    beforeAll(async () => {
      assistant = await open()
    })
    afterAll(() => assistant.close())

    it('says what it is', () => {
      expect(assistant.info).toMatchObject({
        engine: expect.stringMatching(/./),
        model: expect.stringMatching(/./),
        device: expect.stringMatching(/^(cuda|vulkan|metal|cpu)$/),
        deviceReason: expect.stringMatching(/./),
      })
    })

    it('says what it lacks, in words or not at all', () => {
      for (const lack of assistant.lacks ?? []) expect(lack).toMatch(/^\w.*: ./)
    })

    it('says of the whole only in the last piece', async () => {
      const deltas = await collected(assistant.reply(request('tell me of the sea')))
      for (const delta of deltas.slice(0, -1)) expect(Object.keys(delta).sort()).toEqual(['kind', 'text'])
    })

    it('answers also who decides about what was never asked, and who names documents that are not there', async () => {
      const decision = {confirmation: '00000000-0000-4000-8000-000000000000', accepted: true}
      expect(await ask(assistant, 'yes do that', {decision})).not.toBe('')
      expect(await ask(assistant, 'what stands in it', {documents: ['no-such-document']})).not.toBe('')
    })

    it('streams an answer', async () => {
      const deltas = await collected(assistant.reply(request('what do you think of the weather')))
      expect(deltas.length).toBeGreaterThan(1)
      for (const [index, {kind, text}] of deltas.entries()) {
        expect(kind).toMatch(/^(answer|thought)$/)
        // The last one may be there only for what it says of the whole.
        if (index < deltas.length - 1) expect(text).not.toBe('')
      }
      expect(deltas.some(({kind, text}) => kind === 'answer' && text.trim() !== '')).toBe(true)
    })

    it('answers several sessions at once, and one session twice', async () => {
      const sessions = ['a', 'b', 'a', 'c']
      const answers = await Promise.all(sessions.map(session => ask(assistant, 'good day to you', {session})))
      for (const answer of answers) expect(answer).not.toBe('')
    })

    it('does nothing for a request that is cancelled already', async () => {
      const stream = assistant.reply(request('hello', {signal: AbortSignal.abort()}))
      await expect(collected(stream)).rejects.toMatchObject({code: 'CANCELLED'})
    })

    it('stops when cancelled, and answers the next one', async () => {
      const cancel = new AbortController()
      const heard: AssistantDelta[] = []
      const listening = (async () => {
        for await (const delta of assistant.reply(request('one two three four five', {signal: cancel.signal}))) {
          heard.push(delta)
          cancel.abort()
        }
      })()
      await expect(listening).rejects.toMatchObject({code: 'CANCELLED'})
      expect(heard).toHaveLength(1)
      expect(await ask(assistant, 'and now')).not.toBe('')
    })

    it('answers the next one after a listener walked away', async () => {
      for await (const _delta of assistant.reply(request('one two three'))) break
      expect(await ask(assistant, 'still there')).not.toBe('')
    })

    it('forgets a session, also one it never knew', async () => {
      await assistant.forget('test')
      await assistant.forget('never seen')
      expect(await ask(assistant, 'hello again my friend')).not.toBe('')
    })

    it('closes once, and answers no more', async () => {
      const other = await open()
      await other.close()
      await other.close()
      await expect(ask(other, 'hello')).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
    })
  })
}
