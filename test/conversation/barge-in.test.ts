import {describe, expect, it} from 'vitest'
import {openTalk, spokenWordMs} from './scripted-talk.ts'

const longAnswer = 'One two three four five six seven eight nine ten eleven twelve.'

describe('while June speaks', () => {
  /** She has begun a long answer. */
  const speaking = async () => {
    const talk = openTalk({answer: question => (/long/.test(question) ? longAnswer : `Yes ${question}.`)})
    await talk.say(500, 'a long one please', 1500)
    expect(talk.all('audio').length).toBeGreaterThan(0)
    return talk
  }

  it('she is quiet within 200 ms of a word, and is interrupted; what was heard is cut at the word', async () => {
    const {say, now, all, soundBetween, transcripts} = await speaking()
    const from = now()
    await say('but what about tomorrow')
    expect(soundBetween(from + 200, now())).toBe(0)
    await say(2500)
    const [first, second] = all('responseEnded')
    expect(first).toMatchObject({status: 'interrupted', text: longAnswer})
    expect(longAnswer.startsWith(first?.heard ?? '-')).toBe(true)
    expect(first?.heard.split(' ').length).toBeGreaterThan(1)
    expect(first?.heard.split(' ').length).toBeLessThan(6)
    expect(transcripts().at(-1)).toBe('but what about tomorrow')
    expect(second).toMatchObject({status: 'completed', text: 'Yes but what about tomorrow.'})
  })

  it('she goes on where she was after a cough or "mhm", within 800 ms', async () => {
    for (const line of [{noise: 300}, 'mhm']) {
      const {say, all, now, soundBetween} = await speaking()
      const from = now()
      await say(line)
      await say(6000)
      expect(all('held')).toHaveLength(1)
      expect((all('resumed')[0]?.at ?? 0) - from).toBeLessThan(800)
      expect(all('dismissed')).toHaveLength(1)
      expect(all('responseEnded')).toEqual([expect.objectContaining({status: 'completed', heard: longAnswer})])
      // All of her sound, none of it twice.
      const ms = all('audio').map(({atMs}) => atMs)
      expect(new Set(ms).size).toBe(ms.length)
      expect(soundBetween(0, now())).toBeCloseTo(12 * spokenWordMs, 0)
    }
  })

  it('"stop" ends it, and is not answered', async () => {
    const {say, all} = await speaking()
    await say('stop', 2500)
    expect(all('responseEnded')).toEqual([expect.objectContaining({status: 'interrupted'})])
    expect(all('responseStarted')).toHaveLength(1)
  })

  it('she is interrupted also by who had not finished when she began of her own accord', async () => {
    const {say, all, conversation, transcripts} = openTalk({
      answer: () => longAnswer,
      conversation: {turnTaking: {respond: false}},
    })
    await say(500, 'i want to', 600)
    conversation.respond({text: 'a reminder'})
    await say(900, 'go to the beach please', 2500)
    expect(all('responseEnded')[0]).toMatchObject({status: 'interrupted'})
    expect(transcripts()).toEqual(['i want to go to the beach please'])
  })

  it('a voice far behind the person does not stop her, nor does her own', async () => {
    const behind = await speaking()
    await behind.say({line: 'the weather in the south', gain: 0.1}, 4000)
    expect(behind.all('held')).toEqual([])
    expect(behind.all('dismissed')).toEqual([expect.objectContaining({reason: 'background', item: undefined})])
    expect(behind.all('responseEnded')[0]?.status).toBe('completed')

    const echo = await speaking()
    await echo.say({line: 'two three four', gain: 0.4}, 5000)
    expect(echo.all('dismissed')).toEqual([expect.objectContaining({reason: 'echo'})])
    expect(echo.all('responseEnded')).toEqual([expect.objectContaining({status: 'completed'})])
  })

  it('who repeats her words once she is done is answered', async () => {
    const {say, all, transcripts} = await speaking()
    while (all('responseEnded').length === 0) await say(100)
    await say('seven eight nine ten eleven twelve seven eight nine', 3000)
    expect(all('dismissed')).toEqual([])
    expect(transcripts().at(-1)).toBe('seven eight nine ten eleven twelve seven eight nine')
  })

  it('music does not stop her for long', async () => {
    const {say, all} = await speaking()
    await say({noise: 4000}, 3000)
    expect(all('resumed')).toHaveLength(1)
    expect(all('responseEnded')).toEqual([expect.objectContaining({status: 'completed'})])
  })

  it('she finishes where she may not be interrupted, and answers then', async () => {
    const {say, all, conversation} = await speaking()
    conversation.change({turnTaking: {interrupt: false}})
    await say('but what about tomorrow', 8000)
    expect(all('held')).toEqual([])
    expect(all('responseEnded').map(({status}) => status)).toEqual(['completed', 'completed'])
  })

  it('time stands still while the door is away', async () => {
    const {say, all, conversation, now, soundBetween} = await speaking()
    conversation.suspend()
    const from = now()
    // A click is no reason to go on.
    await say(1000, {noise: 20}, 2000)
    expect(soundBetween(from + 1, now())).toBe(0)
    conversation.resume()
    await say(5000)
    expect(all('responseEnded')[0]).toMatchObject({status: 'completed', heard: longAnswer})
  })
})
