import {demoMind} from '@essence/core/assistant/demo'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {collected} from '../collected.ts'
import {ask, request} from './conformance.ts'

/** A Saturday, 15:04 in UTC. */
const clock = () => new Date('2025-11-22T15:04:05Z')
const open = () => demoMind({now: clock, timeZone: 'UTC'})

describe('the demo mind', () => {
  it.each([
    // As the test recogniser writes, and as people type.
    ['hello', 'Hello, I am June. How can I help?'],
    ['Hello there, June!', 'Hello, I am June. How can I help?'],
    ['what time is it', 'It is 3:04 PM.'],
    ['June, what time is it?', 'It is 3:04 PM.'],
    ['hello what is the time please', 'It is 3:04 PM.'],
    ['tell me the time', 'It is 3:04 PM.'],
    ['what day is it', 'Today is Saturday, November 22, 2025.'],
    ['what day is it today', 'Today is Saturday, November 22, 2025.'],
    ["What is today's date?", 'Today is Saturday, November 22, 2025.'],
    ['what is the date today', 'Today is Saturday, November 22, 2025.'],
    ['hey what day is tomorrow', 'Tomorrow is Sunday, November 23, 2025.'],
    ['what day was yesterday', 'Yesterday was Friday, November 21, 2025.'],
    ['what year is it', 'It is 2025.'],
    ['what is two plus three', '2 plus 3 is 5.'],
    ['what is one plus two hundred and twelve', '1 plus 212 is 213.'],
    ['what is five million plus thirteen', '5000000 plus 13 is 5000013.'],
    ['what is three thousand plus forty six', '3000 plus 46 is 3046.'],
    ['what is two plus to', '2 plus 2 is 4.'],
    ['what is one trillion times one trillion', 'That is more than I can count.'],
    ['how much is seven times eight', '7 times 8 is 56.'],
    ['what is ten minus twelve', '10 minus 12 is minus 2.'],
    ['what is two plus three times four', '2 plus 3 times 4 is 14.'],
    ['What is 12*4?', '12 times 4 is 48.'],
    ['1,000 / 8', '1000 divided by 8 is 125.'],
    ['what is 0.1 + 0.2', '0.1 plus 0.2 is 0.3.'],
    ['what is three point five plus one', '3.5 plus 1 is 4.5.'],
    ['what is ten divided by zero', 'Nothing can be divided by zero.'],
    ['how do you spell june', 'J, U, N, E.'],
    ['please how do you spell john', 'J, O, H, N.'],
    ['spell naïve', 'N, A, Ï, V, E.'],
    ['say good morning everyone', 'Good morning everyone.'],
    ['repeat after me the cat sat', 'The cat sat.'],
    ['what is your name', 'I am June, running as a demonstration without a language model.'],
    ['what can you do', 'I can tell the time and the date, calculate, spell words, and repeat what you say.'],
    ['how are you', 'I am fine, thank you. How are you?'],
    ['i am fine', 'I am glad to hear that.'],
    ['thanks a lot', 'You are welcome.'],
    ['goodbye', 'Goodbye.'],
    ['', 'I did not hear anything.'],
    [
      'why is the sky blue?',
      'I heard: why is the sky blue. I am a demonstration without a language model, so I cannot answer that.',
    ],
  ])('answers "%s"', async (text, answer) => {
    expect(await ask(open(), text)).toBe(answer)
  })

  it('remembers a name within its session, and forgets it with the session', async () => {
    const june = open()
    expect(await ask(june, 'what is my name', {session: 'a'})).toBe('You have not told me your name yet.')
    expect(await ask(june, 'hello this is david speaking', {session: 'a'})).toBe(
      'Nice to meet you, David. How can I help?',
    )
    expect(await ask(june, "What's my name?", {session: 'a'})).toBe('Your name is David.')
    expect(await ask(june, 'hello', {session: 'a'})).toBe('Hello, David.')
    expect(await ask(june, 'my name is anna maria', {session: 'b'})).toBe('Nice to meet you, Anna Maria.')
    expect(await ask(june, 'who am i', {session: 'a'})).toBe('Your name is David.')
    await june.forget('a', 'test')
    expect(await ask(june, 'who am i', {session: 'a'})).toBe('You have not told me your name yet.')
    expect(await ask(june, 'goodbye', {session: 'b'})).toBe('Goodbye, Anna Maria.')
  })

  it('says its last answer again', async () => {
    const june = open()
    expect(await ask(june, 'could you repeat that please')).toBe('I have not said anything yet.')
    await ask(june, 'what is two plus three')
    expect(await ask(june, 'please could you repeat that please')).toBe('2 plus 3 is 5.')
  })

  it('remembers nothing of an exchange that was cancelled', async () => {
    const june = open()
    const cancel = new AbortController()
    const listening = (async () => {
      for await (const _delta of june.reply(request('my name is eve', {signal: cancel.signal}))) cancel.abort()
    })()
    await expect(listening).rejects.toMatchObject({code: 'CANCELLED'})
    expect(await ask(june, 'what is my name')).toBe('You have not told me your name yet.')
  })

  it('owns up in the language of the question, where it speaks it', async () => {
    const excuse = await ask(open(), 'Wer war Goethe?', {language: 'de'})
    expect(excuse).toBe(
      'Ich habe gehört: Wer war Goethe. Ich bin eine Vorführung ohne Sprachmodell und kann das nicht beantworten.',
    )
    expect(await ask(open(), 'kto to', {language: 'pl'})).toContain('I do not know the language "pl"')
    expect(await ask(open(), 'hello', {language: 'de'})).toBe('Hello, I am June. How can I help?')
  })

  it('says what it is', () => {
    expect(open().info).toMatchObject({engine: 'demo', demo: expect.stringMatching(/^June .*\.$/)})
  })

  it('answers anything, the same every time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({unit: 'grapheme'}), fc.lorem()), async text => {
        const answer = await ask(open(), text)
        expect(answer.trim()).not.toBe('')
        expect(await ask(open(), text)).toBe(answer)
      }),
    )
  })

  it('keeps what it repeats short', async () => {
    const answer = await ask(open(), 'word '.repeat(10_000))
    expect(answer.length).toBeLessThan(200)
  })

  it('streams word by word', async () => {
    const deltas = await collected(open().reply(request('what is two plus three')))
    expect(deltas.map(({text}) => text)).toEqual(['2 ', 'plus ', '3 ', 'is ', '5.'])
  })
})
