import type {RunTurn} from '@essence/core/conversation/port'
import {runTurn} from '@essence/core/voice/turn'
import {describe, expect, it} from 'vitest'
import {openTalk, spokenWordMs} from './scripted-talk.ts'

const longAnswer = 'One two three four five six seven eight nine ten eleven twelve.'

describe('a turn of the person', () => {
  it('is heard, answered and told in order', async () => {
    const {say, events, all, transcripts, asked} = openTalk()
    await say(500, 'what is the time', 3000)
    expect(transcripts()).toEqual(['what is the time'])
    expect(asked).toEqual(['what is the time'])
    const types = events.map(({type}) => type).filter((type, i, those) => type !== those[i - 1])
    expect(types).toEqual([
      ...['speechStarted', 'words', 'speechStopped', 'committed', 'words', 'transcript'],
      ...['responseStarted', 'delta', 'sentence', 'audio', 'responseEnded'],
    ])
    expect(all('words').length).toBeGreaterThan(1)
    expect(
      all('words')
        .map(({text}) => text)
        .join(' '),
    ).toBe('what is the time')
    const [ended] = all('responseEnded')
    expect(ended).toMatchObject({status: 'completed', text: 'You said what is the time.', heardMs: 6 * spokenWordMs})
    expect(ended?.heard).toBe(ended?.text)
    expect(ended?.voiceToVoiceMs).toBeLessThan(600)
  })

  it('goes on over a pause in which it does not sound over; nothing of what was begun in it is heard', async () => {
    const {say, all, transcripts, asked} = openTalk()
    await say(500, 'i would like the', 1200, 'second one', 3000)
    expect(transcripts()).toEqual(['i would like the second one'])
    expect(asked).toEqual(['i would like the', 'i would like the second one'])
    expect(all('responseStarted')).toHaveLength(1)
    expect(all('discarded')).toEqual([expect.objectContaining({pieces: expect.any(Number)})])
    expect(all('responseEnded')[0]?.text).toBe('You said i would like the second one.')
  })

  it('ends after 3 s of silence though it does not sound over', async () => {
    const {say, all, now} = openTalk()
    await say(500, 'i want to')
    const spokenTo = now()
    await say(6000)
    expect(all('committed')).toHaveLength(1)
    expect((all('committed')[0]?.at ?? 0) - spokenTo).toBeGreaterThanOrEqual(2900)
    expect((all('committed')[0]?.at ?? 0) - spokenTo).toBeLessThan(3400)
  })

  it('is answered as a whole where the person goes on before the answer is heard', async () => {
    const {say, all, asked, transcripts} = openTalk({thinkingMs: 900})
    await say(500, 'tell me a story', 500, 'about the sea please', 5000)
    expect(transcripts()).toEqual(['tell me a story', 'about the sea please'])
    expect(asked.at(-1)).toBe('tell me a story about the sea please')
    expect(all('responseEnded').map(({status}) => status)).toEqual(['cancelled', 'completed'])
    expect(all('audio').every(({response}) => response === all('responseEnded')[1]?.response)).toBe(true)
  })

  it('that is not meant for June is told, and neither answered nor thought about', async () => {
    const {say, all, asked, transcripts} = openTalk({
      thinkingMs: 900,
      conversation: {isMeant: text => text.startsWith('june')},
    })
    await say(500, 'shall we go', 4000)
    expect(transcripts()).toEqual(['shall we go'])
    expect([asked, all('responseStarted')]).toEqual([[], []])
    // What is added before the answer is heard is meant with it.
    await say('june tell me a story', 500, 'about the sea please', 5000)
    expect(asked.at(-1)).toBe('june tell me a story about the sea please')
    expect(all('responseEnded').map(({status}) => status)).toEqual(['cancelled', 'completed'])
  })

  it('may be long, with pauses or without; what is recognised at once stays short', async () => {
    const line = 'a b c d e f g h i j'
    for (const pauseMs of [140, 700]) {
      const lines = Array.from({length: 14}, (_, i) => line.replaceAll(/\w/g, letter => `${letter}${i}`))
      const {say, transcripts, recognizedMs, asked} = openTalk({answer: () => 'Yes.'})
      await say(500, ...lines.flatMap(one => [`${one} and`, pauseMs]), 'that is all', 3000)
      expect(transcripts()).toEqual([`${lines.join(' and ')} and that is all`])
      expect(Math.max(...recognizedMs)).toBeLessThan(30_000)
      expect(recognizedMs.at(-1)).toBeLessThan(27_000)
      // Begun on chance a few times only.
      expect(asked.length).toBeLessThanOrEqual(7)
    }
  })

  it('that is no words is none', async () => {
    const {say, all} = openTalk()
    await say(500, {noise: 300}, 2000)
    expect(all('dismissed')).toEqual([expect.objectContaining({reason: 'noise', item: 'item_1'})])
    expect(all('committed')).toEqual([])
  })

  it('ends by a fixed silence, or by hand', async () => {
    const fixed = openTalk({conversation: {turnTaking: {endedBy: 'silence', silenceMs: 800}}})
    await fixed.say(200, 'go to the', 500, 'left side', 2000)
    expect(fixed.transcripts()).toEqual(['go to the left side'])

    const byHand = openTalk({conversation: {turnTaking: {endedBy: 'commit'}}})
    await byHand.say(200, 'go to the', 4000, 'left side', 2000)
    expect(byHand.transcripts()).toEqual([])
    expect(byHand.conversation.commit()).toBe(true)
    await byHand.say(3000)
    expect(byHand.transcripts()).toEqual(['go to the left side'])
    expect(byHand.all('responseEnded')).toHaveLength(1)
    byHand.conversation.clear()
    expect(byHand.conversation.commit()).toBe(false)
  })

  it('that ends by hand is told word by word as well, once, and from its first sound on', async () => {
    const {say, all, transcripts, conversation} = openTalk({conversation: {turnTaking: {endedBy: 'commit'}}})
    await say(200, 'go to the left side of it', 1000)
    const [first] = all('words')
    expect(first?.text).toMatch(/^go/)
    expect(all('speechStarted')).toEqual([])
    conversation.commit()
    await say(1000)
    const told = all('words')
    expect(told.map(({text}) => text).join(' ')).toBe('go to the left side of it')
    expect(new Set([...told, ...all('committed')].map(({item}) => item)).size).toBe(1)
    expect(all('speechStopped')[0]?.atMs).toBeGreaterThan(2400)
    expect(transcripts()).toEqual(['go to the left side of it'])
  })

  it('that is given up by hand has no further words', async () => {
    const {say, all, conversation} = openTalk({conversation: {turnTaking: {endedBy: 'commit'}}})
    await say(200, 'go to the left side')
    conversation.clear()
    const {length} = all('words')
    expect(length).toBeGreaterThan(0)
    await say(2000)
    expect(all('words')).toHaveLength(length)
    expect(all('committed')).toEqual([])
  })

  it('is not recognised on the way where nobody wants its words', async () => {
    const {say, recognizedMs} = openTalk({conversation: {turnTaking: {endedBy: 'commit', words: false}}})
    await say(200, 'go to the left side of it', 1000)
    expect(recognizedMs).toEqual([])
  })

  it('is told, but not answered, where nobody wants an answer', async () => {
    const {say, transcripts, all} = openTalk({conversation: {turnTaking: {respond: false}}})
    await say(500, 'hello there', 2000)
    expect(transcripts()).toEqual(['hello there'])
    expect(all('responseStarted')).toEqual([])
  })

  it('that cannot be recognised is said to be so, and the next one works', async () => {
    let fails = true
    const {say, all, transcripts} = openTalk({failHearing: () => fails})
    await say(500, 'hello there', 2000)
    expect(all('transcriptFailed')).toEqual([expect.objectContaining({item: 'item_1'})])
    fails = false
    await say('hello again', 2000)
    expect(transcripts()).toEqual(['hello again'])
    expect(all('responseEnded')).toHaveLength(1)
  })

  it('that cannot be answered ends in a failed response, and the next one works', async () => {
    let fails = true
    const {say, all} = openTalk({failThinking: () => fails})
    await say(500, 'hello there', 2000)
    fails = false
    await say('hello again', 2500)
    expect(all('responseEnded').map(({status, error}) => [status, error?.code])).toEqual([
      ['failed', 'ENGINE_FAILED'],
      ['completed', undefined],
    ])
  })
})

describe('a conversation', () => {
  it('remembers what was heard, and asks with it', async () => {
    const {say, prompts, all} = openTalk({answer: question => (/long/.test(question) ? longAnswer : 'Yes.')})
    await say(500, 'a long one please', 1500, 'no another thing', 3000)
    const heard = all('responseEnded')[0]?.heard ?? ''
    expect(heard.split(' ').length).toBeGreaterThan(1)
    expect(heard).not.toBe(longAnswer)
    expect(prompts.at(-1)?.slice(1)).toEqual(['a long one please', heard, 'no another thing'])
  })

  it('answers what is written, speaks only where asked to, and can be stopped', async () => {
    const {say, conversation, all, asked} = openTalk({answer: () => longAnswer})
    const first = conversation.respond({text: 'hello', speak: false})
    await say(500)
    expect(all('responseEnded')).toEqual([expect.objectContaining({response: first, heard: longAnswer, heardMs: 0})])
    conversation.respond({text: 'again'})
    await say(1500)
    expect(conversation.cancel(700)).toBe(true)
    expect(conversation.cancel()).toBe(false)
    await say(100)
    expect(all('responseEnded')[1]).toMatchObject({
      status: 'interrupted',
      heardMs: 700,
      heard: expect.stringMatching(/^One two\b/),
    })
    expect(asked).toEqual([expect.stringMatching(/hello$/), 'again'])
  })

  it('holds no turn that was thrown away', async () => {
    let open = 0
    const run: RunTurn = async function* (...turn) {
      open++
      try {
        yield* runTurn(...turn)
      } finally {
        open--
      }
    }
    const {say, all} = openTalk({conversation: {run}})
    await say(500, 'i would like the', 1200, 'second one', 1000, 'and the', 1200, 'third', 5000)
    expect(all('discarded').length).toBeGreaterThan(0)
    expect(open).toBe(0)
  })

  it('answers what is asked for at once, though an answer was begun on chance', async () => {
    const {say, conversation, all, transcripts} = openTalk({answer: question => `Yes ${question}.`})
    await say(500, 'i want to', 400)
    const response = conversation.respond({text: 'hello'})
    await say(600)
    expect(all('audio')[0]).toMatchObject({response})
    await say(5000)
    expect(transcripts()).toEqual(['i want to'])
    expect(all('responseEnded').map(({status}) => status)).toEqual(['completed', 'completed'])
  })

  it('takes a word of June’s for an answer where the person says it', async () => {
    const {say, transcripts} = openTalk({answer: () => 'Tea or coffee?'})
    await say(500, 'something to drink please', 2200, 'coffee', 3000)
    expect(transcripts()).toEqual(['something to drink please', 'coffee'])
  })

  it('knows the person’s level by what was heard as speech only', async () => {
    const {say, conversation, transcripts} = openTalk({
      answer: () => longAnswer,
      conversation: {turnTaking: {endedBy: 'commit'}},
    })
    await say(500, 'a first one', 200)
    conversation.commit()
    conversation.change({turnTaking: {endedBy: 'detector'}})
    await say(1500, 'no another thing', 3000, 'and one more please', 3000)
    expect(transcripts()).toEqual(['a first one', 'no another thing', 'and one more please'])
  })

  it('gives answers one after the other where June may not be interrupted', async () => {
    const {say, events} = openTalk({
      answer: () => `${longAnswer} ${longAnswer}`,
      conversation: {turnTaking: {interrupt: false}},
    })
    await say(500, 'a first one', 1000, 'a second one', 1000, 'a third one', 25_000)
    const order = events.filter(({type}) => type.startsWith('response')).map(({type}) => type)
    expect(order).toEqual(['Started', 'Ended', 'Started', 'Ended', 'Started', 'Ended'].map(end => `response${end}`))
  })

  it('tells once that nobody says anything', async () => {
    const {say, all} = openTalk({conversation: {turnTaking: {idleMs: 5000}}})
    await say(12_000)
    expect(all('idle')).toHaveLength(1)
    await say('hello there', 12_000)
    expect(all('idle')).toHaveLength(2)
  })

  it('ends in the middle of anything, and leaves nothing waiting', async () => {
    const {say, conversation, reading, all} = openTalk({answer: () => longAnswer})
    await say(500, 'a long one please', 1500)
    await conversation.close()
    await reading
    expect(all('responseEnded')).toEqual([expect.objectContaining({status: 'cancelled'})])
  })
})
