import type {Transcript} from '@essence/core/stt/port'
import {speechToText} from '@essence/core/stt/recognizer'
import {describe, expect, it} from 'vitest'
import {collected} from '../collected.ts'
import {type EngineScript, exactVad, pieces, scriptedEngine, stretches} from './scripted-engine.ts'

const open = (script: EngineScript = {}, options = {}) => {
  const scripted = scriptedEngine(script)
  return {...scripted, stt: speechToText(scripted.engine, {vad: exactVad(), ...options})}
}
const twoUtterances = stretches([1, 0], [1.6, 0.1], [1.5, 0], [2.4, 0.2], [1, 0])

describe('recognize', () => {
  it('leaves out what is not speech, and puts what it hears at its place', async () => {
    const {stt, asked} = open({windowMs: 3500, transcribes: () => [{text: ' Hello. ', startMs: 100, endMs: 900}]})
    const {text, segments, audioMs, confidence} = await stt.recognize(twoUtterances)
    expect({text, audioMs, confidence}).toEqual({text: 'Hello. Hello.', audioMs: 7500, confidence: expect.closeTo(0.9)})
    expect(asked.map(({length}) => length)).toEqual([expect.closeTo(2.2, 1), expect.closeTo(3, 1)])
    expect(segments[0]).toMatchObject({
      text: 'Hello.',
      startMs: expect.closeTo(800, -2),
      endMs: expect.closeTo(2600, -2),
    })
    expect(segments[1]?.startMs).toBeCloseTo(3900, -2)
  })

  it('hears short utterances together, but no long silence', async () => {
    const sound = stretches([1, 0.1], [1, 0], [1, 0.1], [1, 0], [1, 0.1], [4, 0], [1, 0.1])
    const {stt, asked} = open()
    await stt.recognize(sound)
    expect(asked.map(({length}) => length)).toEqual([expect.closeTo(5.3, 1), expect.closeTo(1.3, 1)])
  })

  it('hears utterances one by one with an engine that does not cope with pauses', async () => {
    const sound = stretches([1, 0.1], [1, 0], [1, 0.1], [0.55, 0], [1, 0.1])
    const {stt, asked} = open({maxGapMs: 0})
    await stt.recognize(sound)
    // The padding of the last two fills the pause between them.
    expect(asked.map(({length}) => length)).toEqual([expect.closeTo(1.3, 1), expect.closeTo(2.9, 1)])
  })

  it('hears all of it where the voice detector is not wanted', async () => {
    for (const [call, options] of [
      [{vad: false}, {}],
      [{}, {enableVad: false}],
    ] as const) {
      const {stt, asked} = open({windowMs: 2000}, options)
      await stt.recognize(stretches([5, 0]), call)
      expect(asked.reduce((sum, {length}) => sum + length, 0)).toBeCloseTo(5)
      expect(Math.max(...asked.map(({length}) => length))).toBeLessThanOrEqual(2)
    }
  })

  it('ends the last segment, and its last word, where the voice ends', async () => {
    const words = [
      {text: 'Good', startMs: 300, endMs: 500},
      {text: 'morning.', startMs: 500, endMs: 900},
    ]
    const {stt} = open({transcribes: () => [{text: 'Good morning.', startMs: 300, endMs: 900, words}]})
    const {segments} = await stt.recognize(stretches([1, 0], [2, 0.1], [2, 0]), {words: true})
    // Frames have 32 ms.
    expect(segments).toMatchObject([{startMs: expect.closeTo(1000, -2), endMs: expect.closeTo(3000, -2)}])
    expect(segments[0]?.words?.map(({endMs}) => endMs)).toEqual([expect.closeTo(1200, -2), expect.closeTo(3000, -2)])
  })

  it('hears once more, without the prompt, what only repeats it', async () => {
    const prompt = 'The assistant is called June.'
    for (const [without, text] of [
      [[], ''],
      [[{text: 'The assistant is called June.'}], 'The assistant is called June.'],
    ] as const) {
      const {stt, asked} = open({transcribes: one => (one.prompt ? [{text: 'the assistant is called'}] : [...without])})
      expect((await stt.recognize(stretches([1, 0.1]), {prompt})).text).toBe(text)
      expect(asked.map(one => one.prompt)).toEqual([prompt, undefined])
    }
    const {stt, asked} = open({transcribes: () => [{text: 'June.'}]})
    expect((await stt.recognize(stretches([1, 0.1]), {prompt})).text).toBe('June.')
    expect(asked).toHaveLength(1)
  })

  it('asks the engine for nothing where nobody speaks', async () => {
    const {stt, asked} = open()
    const nothing: Transcript = {text: '', segments: [], language: 'und', audioMs: 5000}
    expect(await stt.recognize(stretches([5, 0]))).toEqual(nothing)
    expect(await stt.recognize(stretches([5, 0]), {language: 'de'})).toEqual({...nothing, language: 'de'})
    expect(asked).toEqual([])
  })

  it('tells the engine what was asked: language, translation, words, and hot words before the prompt', async () => {
    const {stt, asked} = open({}, {prompt: 'Dear June'})
    await stt.recognize(twoUtterances)
    const more = {
      language: 'de-AT',
      translate: true,
      words: true,
      hotWords: ['Essence', ' DGX ', ''],
      prompt: ' Hello ',
    }
    await stt.recognize(twoUtterances, more)
    await stt.recognize(twoUtterances, {hotWords: ['Essence'], prompt: undefined})
    expect(asked[0]).toMatchObject({
      language: 'auto',
      translate: false,
      words: false,
      prompt: 'Dear June',
      interim: false,
    })
    expect(asked[1]).toMatchObject({language: 'de', translate: true, words: true, prompt: 'Essence, DGX. Hello'})
    expect(asked[2]).toMatchObject({prompt: 'Essence. Dear June'})
  })

  it('refuses what the engine cannot do', async () => {
    const {stt} = open({languages: ['en'], abilities: {translate: false, words: false, prompt: false}})
    const audio = stretches([1, 0.1])
    for (const options of [
      {language: 'de'},
      {language: 'xx'},
      {translate: true},
      {words: true},
      {prompt: 'a'},
      {hotWords: ['a']},
    ]) {
      await expect(stt.recognize(audio, options)).rejects.toMatchObject({code: 'USAGE'})
      await expect(collected(stt.stream(pieces(audio), options))).rejects.toMatchObject({code: 'USAGE'})
    }
    expect((await stt.recognize(audio, {prompt: '', hotWords: []})).text).not.toBe('')
    expect(() => open({abilities: {prompt: false}}, {prompt: 'June'})).toThrow(expect.objectContaining({code: 'USAGE'}))
  })

  it('keeps a language once it is certain: long enough, or twice the same', async () => {
    const heard = ['fr', 'de', 'de', 'en']
    const detects = () => heard.shift() ?? 'en'
    const {stt, asked} = open({windowMs: 2000, detects})
    const sound = stretches([1, 0.1], [3, 0], [1, 0.1], [3, 0], [1, 0.1], [3, 0], [1, 0.1])
    expect((await stt.recognize(sound)).language).toBe('de')
    expect(asked.map(({language}) => language)).toEqual(['auto', 'auto', 'auto', 'de'])
    const other = open({detects: () => 'fr'})
    await other.stt.recognize(stretches([4, 0.1], [4, 0], [1, 0.1]))
    expect(other.asked.map(({language}) => language)).toEqual(['auto', 'fr'])
  })

  it('bears times of an engine that make no sense', async () => {
    const transcribes = () => [
      {text: 'a', startMs: -1_007_260, endMs: 30_000_000, words: [{text: ' a', startMs: -5, endMs: Number.NaN}]},
      {text: 'b', startMs: 0, endMs: Number.NaN},
    ]
    const {segments, audioMs} = await open({transcribes}).stt.recognize(twoUtterances.slice(0, 40_000), {words: true})
    let reached = 0
    for (const {startMs, endMs, words = []} of segments) {
      for (const {startMs: from, endMs: to} of words) expect(startMs <= from && from <= to && to <= endMs).toBe(true)
      expect(startMs).toBeGreaterThanOrEqual(reached)
      expect(endMs).toBeGreaterThanOrEqual(startMs)
      reached = endMs
    }
    expect(reached).toBeLessThanOrEqual(audioMs)
  })

  it('passes on that the engine failed, and works on', async () => {
    let failing = true
    const transcribes = () => {
      if (failing) throw new Error('out of memory')
      return [{text: 'fine'}]
    }
    const {stt} = open({transcribes})
    await expect(stt.recognize(twoUtterances)).rejects.toThrow('out of memory')
    await expect(collected(stt.stream(pieces(twoUtterances, 1000)))).rejects.toThrow('out of memory')
    failing = false
    expect((await stt.recognize(twoUtterances)).text).toBe('fine')
  })

  it('closes engine and detector once, and rejects what is under way', async () => {
    const started = Promise.withResolvers<void>()
    const over = Promise.withResolvers<void>()
    const transcribes = async () => {
      started.resolve()
      await over.promise
      return []
    }
    const {stt, closed} = open({transcribes})
    const running = stt.recognize(twoUtterances)
    const stream = collected(stt.stream(pieces(twoUtterances, 1000)))
    await started.promise
    const closing = [stt.close(), stt.close()]
    await expect(running).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
    await expect(stream).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
    expect(closed()).toBe(0)
    over.resolve()
    await Promise.all(closing)
    expect(closed()).toBe(1)
    await expect(collected(stt.stream(pieces(twoUtterances)))).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
  })
})
