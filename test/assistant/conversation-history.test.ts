import {ConversationHistory} from '@essence/core/assistant/conversation-history'
import type {ChatMessage} from '@essence/core/llm/port'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const lengthOf = (messages: ChatMessage[]): number => messages.reduce((sum, {content}) => sum + content.length, 0)
const exchange = fc.record({user: fc.string({maxLength: 20}), assistant: fc.string({maxLength: 20})})
const messagesOf = (exchanges: {user: string; assistant: string}[]): ChatMessage[] =>
  exchanges.flatMap(({user, assistant}): ChatMessage[] => [
    {role: 'user', content: user},
    {role: 'assistant', content: assistant},
  ])
const historyOf = (exchanges: {user: string; assistant: string}[], maxMessages = 1000): ConversationHistory => {
  const history = new ConversationHistory(maxMessages)
  for (const one of exchanges) history.add(one)
  return history
}

describe('the history of a conversation', () => {
  it('is an unbroken end of what was said, from a user message on, that fits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(exchange, {maxLength: 30}),
        fc.nat(400),
        fc.nat(40),
        async (said, room, maxMessages) => {
          const kept = await historyOf(said, maxMessages).fitted(async messages => lengthOf(messages) <= room)
          const all = messagesOf(said)
          expect(kept).toEqual(all.slice(all.length - kept.length))
          expect(kept.length % 2).toBe(0)
          expect(kept.length).toBeLessThanOrEqual(maxMessages)
          expect(kept.length === 0 || lengthOf(kept) <= room).toBe(true)
        },
      ),
    )
  })

  it('is everything that fits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(exchange, {maxLength: 30}), async said => {
        expect(await historyOf(said).fitted(async () => true)).toEqual(messagesOf(said))
      }),
    )
  })

  it('once forgotten stays forgotten, also where it would fit again', async () => {
    const history = historyOf(Array.from({length: 8}, (_, i) => ({user: `${i}`, assistant: 'yes'})))
    const first = await history.fitted(async messages => messages.length <= 8)
    expect(first[0]?.content).toBe('4')
    expect(await history.fitted(async () => true)).toEqual(first)
  })

  it('moves its start seldom, and asks seldom whether it fits', async () => {
    const history = new ConversationHistory(1000)
    const starts = new Set<string | undefined>()
    let asked = 0
    for (let turn = 0; turn < 40; turn++) {
      history.add({user: `question ${turn}`, assistant: 'answer'})
      const kept = await history.fitted(async messages => {
        asked++
        return messages.length <= 20
      })
      starts.add(kept[0]?.content)
    }
    expect(starts.size).toBeLessThan(8)
    expect(asked).toBeLessThan(50)
  })
})
