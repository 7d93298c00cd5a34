import {chatAssistant} from '@essence/core/assistant/chat-assistant'
import type {AssistantDelta} from '@essence/core/assistant/port'
import {repetitionGuard, untilRepetition} from '@essence/core/assistant/repetition'
import {mockLlm} from '@essence/core/llm/mock'
import type {ChatDelta, ChatMessage} from '@essence/core/llm/port'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {collected} from '../collected.ts'
import {ask} from './conformance.ts'

/** What is passed on of an answer that comes in pieces of these lengths, and whether it was taken for a loop. */
const watched = (text: string, lengths: number[] = [5]): {passed: string; isLoop: boolean} => {
  const guard = repetitionGuard()
  let passed = ''
  for (let at = 0, piece = 0; at < text.length && !guard.isLoop; piece++) {
    const length = lengths[piece % lengths.length] ?? 1
    passed += guard.push(text.slice(at, at + length))
    at += length
  }
  return {passed: passed + guard.flush(), isLoop: guard.isLoop}
}

const numbers = (count: number): number[] => Array.from({length: count}, (_, index) => index + 1)
const gifts = [
  'a partridge in a pear tree',
  'two turtle doves',
  'three French hens',
  'four calling birds',
  'five gold rings',
  'six geese a-laying',
  'seven swans a-swimming',
  'eight maids a-milking',
  'nine ladies dancing',
  'ten lords a-leaping',
  'eleven pipers piping',
  'twelve drummers drumming',
]
const verses = [
  'I had a dream the other night, when everything was still, I thought I saw Susanna a-coming down the hill.',
  'It rained all night the day I left, the weather it was dry, the sun so hot I froze to death.',
  'I soon will be in New Orleans, and then I will look around, and when I find her I will fall upon the ground.',
]
const chorus = 'Oh! Susanna, oh do not you cry for me, for I come from Alabama with my banjo on my knee.'

describe('what is no loop', () => {
  it.each<[string, string]>([
    ['no, no, no', 'No, no, no, no, no, no, no! No, no, no, no, no, no, no!'],
    ['laughter', `${'Ha '.repeat(20)}that is funny.`],
    ['counting', numbers(150).join(', ')],
    [
      'a multiplication table',
      numbers(12)
        .map(n => `3 times ${n} is ${3 * n}.`)
        .join(' '),
    ],
    [
      'a table',
      numbers(30)
        .map(n => `| row ${n} | ${n * 7} | metres |`)
        .join('\n'),
    ],
    [
      'bottles',
      numbers(30)
        .map(n => `${n} green bottles hanging on the wall, and if ${n} green bottles fall, none is left.`)
        .join(' '),
    ],
    ['a chorus after every verse', verses.map(verse => `${verse} ${chorus} ${chorus}`).join('\n')],
    [
      'a song that grows',
      gifts
        .map(
          (_, day) =>
            `On day ${day + 1} my true love sent to me ${gifts
              .slice(0, day + 1)
              .reverse()
              .join(', ')}.`,
        )
        .join('\n'),
    ],
    [
      'code',
      numbers(30)
        .map(n => `    case ${n}: return handle${n}(options, context)`)
        .join('\n'),
    ],
  ])('%s', (_what, text) => {
    expect(watched(text)).toEqual({passed: text, isLoop: false})
  })

  it('is passed on whole, in any pieces', () => {
    fc.assert(
      fc.property(
        fc.string({maxLength: 150}),
        fc.array(fc.integer({min: 1, max: 9}), {minLength: 1}),
        (text, lengths) => {
          expect(watched(text, lengths)).toEqual({passed: text, isLoop: false})
        },
      ),
    )
  })
})

describe('a loop', () => {
  it.each<[string, string, number]>([
    ['of words', 'la France '.repeat(60), 30],
    ['of sentences', 'I am glad that you asked me this today. It is a good question. '.repeat(20), 85],
    ['in Chinese', '我喜欢你，我也喜欢她。'.repeat(60), 30],
    ['of one character', '!'.repeat(400), 20],
    [
      'that is not quite the same',
      Array.from({length: 80}, (_, n) => `les Alcazables-${['Rouges', 'Saint-Martin', 'Orange'][(n * n) % 3]}, `).join(
        '',
      ),
      90,
    ],
  ])('%s is ended, and its first instance is all that is passed on', (_what, text, most) => {
    const {passed, isLoop} = watched(text)
    expect(isLoop).toBe(true)
    expect(text.startsWith(passed)).toBe(true)
    expect(passed.length).toBeLessThanOrEqual(most)
  })

  it('is noticed after what was new, and in thoughts as well', async () => {
    async function* deltas(): AsyncGenerator<ChatDelta> {
      yield {kind: 'thought', text: 'Let me see, they ask for a country.'}
      yield {kind: 'answer', text: 'It is France. '}
      for (;;) yield {kind: 'answer', text: 'la France '}
    }
    const seen: AssistantDelta[] = await collected(untilRepetition(deltas()))
    expect(seen.at(-1)).toEqual({kind: 'answer', text: '', finishReason: 'repetition'})
    expect(seen.map(({text}) => text).join('')).toMatch(/^Let me see.*It is France\. (la France ){1,3}(la|$)/)
    async function* thoughts(): AsyncGenerator<ChatDelta> {
      for (;;) yield {kind: 'thought', text: 'wait, let me think. '}
    }
    expect((await collected(untilRepetition(thoughts()))).at(-1)).toMatchObject({finishReason: 'repetition'})
  })

  it('ends the work of the model, and the conversation goes on from what was passed on', async () => {
    const asked: ChatMessage[][] = []
    let written = 0
    const llm = mockLlm({
      reply: messages => {
        asked.push(messages)
        return `It is France. ${'la France '.repeat(500)}`
      },
      beforeDelta: () => void written++,
    })
    const assistant = chatAssistant(llm, {systemPrompt: ''})
    const answer = await ask(assistant, 'Which country?')
    expect(answer).toMatch(/^It is France\. la France/)
    expect(answer.length).toBeLessThan(60)
    expect(written).toBeLessThan(80)
    await ask(assistant, 'And now?')
    expect(asked.at(-1)?.at(1)).toEqual({role: 'assistant', content: answer.trim()})
  })
})
