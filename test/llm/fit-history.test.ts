import {fitHistory} from '@essence/core/llm/fit-history'
import type {ChatMessage} from '@essence/core/llm/port'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const lengthOf = (messages: ChatMessage[]): number => messages.reduce((sum, {content}) => sum + content.length, 0)
const message = (role: ChatMessage['role']) => fc.string({maxLength: 20}).map(content => ({role, content}))
const history = fc
  .tuple(
    fc.array(message('system'), {maxLength: 2}),
    fc.array(fc.oneof(message('user'), message('assistant')), {maxLength: 30}),
    message('user'),
  )
  .map(([system, said, last]): ChatMessage[] => [...system, ...said, last])

describe('fitHistory', () => {
  it('keeps the system messages, the last message, and an unbroken end of the rest, from a user message on', () => {
    fc.assert(
      fc.property(history, fc.nat(400), (messages, room) => {
        const kept = fitHistory(messages, candidate => lengthOf(candidate) <= room)
        const system = messages.filter(({role}) => role === 'system')
        const last = messages.at(-1)
        if (!kept) {
          expect(lengthOf([...system, ...messages.slice(-1)])).toBeGreaterThan(room)
          return
        }
        expect(lengthOf(kept)).toBeLessThanOrEqual(room)
        expect(kept.filter(({role}) => role === 'system')).toEqual(system)
        expect(kept.at(-1)).toBe(last)
        const said = kept.filter(({role}) => role !== 'system')
        expect(said).toEqual(messages.slice(messages.length - said.length))
        if (kept.length < messages.length) expect(said[0]?.role).toBe('user')
      }),
    )
  })

  it('keeps everything that fits', () => {
    fc.assert(
      fc.property(history, messages => {
        expect(fitHistory(messages, () => true)).toEqual(messages)
      }),
    )
  })

  it('moves the start of a growing history seldom', () => {
    const growing: ChatMessage[] = []
    const starts = new Set<string>()
    for (let turn = 0; turn < 40; turn++) {
      growing.push({role: 'user', content: `question ${turn}`}, {role: 'assistant', content: 'answer'})
      const kept = fitHistory([...growing, {role: 'user', content: 'now'}], candidate => candidate.length <= 41)
      starts.add(kept?.[0]?.content ?? '')
    }
    expect(starts.size).toBeLessThan(8)
  })
})
