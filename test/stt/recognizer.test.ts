import {setTimeout} from 'node:timers/promises'
import type {RecognitionEvent, Transcript} from '@essence/core/stt/port'
import {speechToText} from '@essence/core/stt/recognizer'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {collected} from '../collected.ts'
import {type EngineScript, exactVad, pieces, scriptedEngine, stretches} from './scripted-engine.ts'

const open = (script: EngineScript = {}, options = {}) => {
  const scripted = scriptedEngine(script)
  return {...scripted, stt: speechToText(scripted.engine, {vad: exactVad(), ...options})}
}
const finalsOf = (events: RecognitionEvent[]) => events.filter(event => event.type === 'final')
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

describe('stream', () => {
  it('of a recording puts short utterances together, as batch does, and gives segment by segment', async () => {
    const sound = stretches([1, 0.1], [1, 0], [1, 0.1], [4, 0], [1, 0.1], [6, 0])
    const transcribes: EngineScript['transcribes'] = ({length}) => [
      {text: 'one', startMs: 0, endMs: 500},
      {text: 'two', startMs: 600, endMs: length * 1000},
    ]
    const {stt, asked} = open({transcribes})
    const finals = finalsOf(await collected(stt.stream(pieces(sound, 700), {packUtterances: true})))
    expect(asked.map(({length}) => length)).toEqual([expect.closeTo(3.3, 1), expect.closeTo(1.6, 1)])
    expect(finals.map(({segment}) => segment.text)).toEqual(['one', 'two', 'one', 'two'])
    const batch = open({transcribes})
    const {segments} = await batch.stt.recognize(sound)
    expect(finals.map(({segment}) => segment)).toEqual(segments)
    expect(batch.asked.map(({level}) => level)).toEqual(asked.map(({level}) => level))
  })

  it('of a recording gives what nothing can be put to before the recording ends', async () => {
    const {stt} = open()
    const seen: string[] = []
    const sound = async function* (): AsyncGenerator<Float32Array> {
      yield* pieces(stretches([1, 0.1], [4, 0]), 8000)
      await expect.poll(() => seen).toEqual(['speech-start', 'speech-end', 'final'])
      yield* pieces(stretches([1, 0.1]), 8000)
    }
    for await (const {type} of stt.stream(sound(), {packUtterances: true})) seen.push(type)
    expect(seen.filter(type => type === 'final')).toHaveLength(2)
  })

  it('refuses interim results of utterances that are put together', async () => {
    const {stt} = open()
    const stream = stt.stream(pieces(twoUtterances), {interim: true, packUtterances: true})
    await expect(collected(stream)).rejects.toMatchObject({code: 'USAGE'})
  })

  it('tells an utterance: that it begins, how it sounds so far, that it ends, what it was', async () => {
    const {stt, asked} = open()
    const events = await collected(stt.stream(pieces(twoUtterances, 320), {interim: true}))
    const kinds = events.map(({type}) => type).filter((type, i, all) => type !== all[i - 1])
    const utterance = ['speech-start', 'interim', 'speech-end', 'final']
    expect(kinds).toEqual([...utterance, ...utterance])
    expect(events[0]).toEqual({type: 'speech-start', atMs: expect.closeTo(700, -2)})
    // Each interim from the beginning of its utterance, the first after 300 ms of speech (and 300 ms of padding).
    const interims = asked.slice(
      0,
      asked.findIndex(({interim}) => !interim),
    )
    expect(interims[0]?.length).toBeCloseTo(0.65, 1)
    expect(interims.length).toBeGreaterThan(2)
    expect(interims.map(({length}) => length)).toEqual(interims.map(({length}) => length).toSorted((a, b) => a - b))
  })

  it('transcribes an utterance in the pause that ends it, and not once more', async () => {
    const log: string[] = []
    const transcribes: EngineScript['transcribes'] = ({length}) => {
      log.push(`heard ${length.toFixed(1)} s`)
      return [{text: 'word'}]
    }
    for await (const {type} of open({transcribes}).stt.stream(pieces(twoUtterances, 320))) log.push(type)
    const told = (seconds: string) => ['speech-start', `heard ${seconds} s`, 'speech-end', 'final']
    expect(log).toEqual([...told('2.2'), ...told('3.0')])
  })

  it('hears all of it where the speaker goes on after a pause', async () => {
    const {stt, asked} = open()
    const finals = finalsOf(await collected(stt.stream(pieces(stretches([1, 0.1], [0.4, 0], [1, 0.1], [1, 0]), 320))))
    expect(asked.map(({length}) => length)).toEqual([expect.closeTo(1.3, 1), expect.closeTo(2.7, 1)])
    expect(finals.map(event => event.segment.endMs)).toEqual([expect.closeTo(2700, -2)])
  })

  it('does not begin to transcribe a pause that is over by then', async () => {
    const busy = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const {stt, asked} = open({
      transcribes: async ({level}) => {
        if (level > 0.2) await busy.promise
        return [{text: 'word'}]
      },
    })
    // Another request has the engine during three pauses.
    const other = stt.recognize(stretches([1, 0.4]))
    const sound = async function* () {
      yield* pieces(
        stretches(
          ...[1, 2, 3].flatMap((): [number, number][] => [
            [1, 0.1],
            [0.4, 0],
          ]),
          [0.6, 0.1],
        ),
        320,
      )
      busy.resolve()
      await other
      await goOn.promise
      yield stretches([1, 0])
    }
    const stream = collected(stt.stream(sound()))
    await other
    await setTimeout(20)
    goOn.resolve()
    expect(finalsOf(await stream)).toHaveLength(1)
    expect(asked.map(({length}) => length)).toEqual([1, expect.closeTo(5.1, 1)])
  })

  it('stops transcribing a pause once the speaker goes on', async () => {
    const begun = Promise.withResolvers<void>()
    const stopped = Promise.withResolvers<void>()
    const {stt, asked} = open({
      transcribes: async ({signal}) => {
        if (asked.length > 1) return [{text: 'word'}]
        begun.resolve()
        await new Promise(resolve => signal.addEventListener('abort', resolve))
        stopped.resolve()
        return []
      },
    })
    const sound = async function* () {
      yield* pieces(stretches([1, 0.1], [0.4, 0]), 320)
      await begun.promise
      yield* pieces(stretches([0.6, 0.1]), 320)
      await stopped.promise
      yield stretches([1, 0])
    }
    expect(finalsOf(await collected(stt.stream(sound())))).toHaveLength(1)
    expect(asked.map(({length}) => length)).toEqual([expect.closeTo(1.3, 1), expect.closeTo(2.3, 1)])
  })

  it('transcribes again what was speculative and preempted by another request', async () => {
    const speculative = Promise.withResolvers<void>()
    const transcribes: EngineScript['transcribes'] = async ({level, signal}, audio) => {
      if (audio.length < 30_000 && level > 0.2 && asked.length === 1) {
        speculative.resolve()
        await new Promise(resolve => signal.addEventListener('abort', resolve))
      }
      return [{text: level > 0.2 ? 'stream' : 'batch'}]
    }
    const {stt, asked} = open({transcribes})
    const other = Promise.withResolvers<void>()
    const sound = (async function* () {
      yield* pieces(stretches([1, 0.4], [0.4, 0]), 320)
      await other.promise
      yield stretches([1, 0])
    })()
    const stream = collected(stt.stream(sound))
    await speculative.promise
    expect((await stt.recognize(stretches([1, 0.1]))).text).toBe('batch')
    other.resolve()
    expect(finalsOf(await stream).map(event => event.segment.text)).toEqual(['stream'])
    expect(asked.length).toBe(3)
  })

  it('gives the same finals however the sound comes in pieces', async () => {
    const finals = async (...lengths: number[]) =>
      finalsOf(await collected(open({windowMs: 2000}).stt.stream(pieces(twoUtterances, ...lengths))))
    const whole = await finals(twoUtterances.length)
    expect(whole.length).toBeGreaterThan(2)
    const lengths = fc.array(fc.integer({min: 1, max: 40_000}), {minLength: 1, maxLength: 6})
    await fc.assert(
      fc.asyncProperty(lengths, async some => {
        // Pieces of a few samples only take long, and are tried below.
        expect(await finals(...some, 4000)).toEqual(whole)
      }),
      {numRuns: 40},
    )
    expect(await finals(7)).toEqual(whole)
  })

  it('hears the same as batch does', async () => {
    const transcribes: EngineScript['transcribes'] = ({level}) => [{text: level < 0.12 ? 'one' : 'two'}]
    const {stt} = open({transcribes, windowMs: 3000})
    const events = await collected(stt.stream(pieces(twoUtterances, 500)))
    const {text} = await stt.recognize(twoUtterances)
    expect(
      finalsOf(events)
        .map(event => event.segment.text)
        .join(' '),
    ).toBe(text)
  })

  it('takes an interim back with an empty final where the whole turns out to be nothing', async () => {
    const {stt} = open({transcribes: ({interim}) => (interim ? [{text: 'hm'}] : [{text: '[BLANK_AUDIO]'}])})
    const events = await collected(stt.stream(pieces(twoUtterances, 320), {interim: true}))
    expect(finalsOf(events)[0]?.segment.text).toBe('')
    expect(finalsOf(await collected(stt.stream(pieces(twoUtterances, 320))))).toEqual([])
  })

  it('cuts speech that never ends, at the longest window of the engine, and keeps no more than that', async () => {
    const {stt, asked} = open({windowMs: 5000})
    let [given, finals] = [0, 0]
    const endless = (async function* () {
      for (;;) {
        given += 1600
        yield stretches([0.1, 0.1])
      }
    })()
    for await (const event of stt.stream(endless)) if (event.type === 'final' && ++finals === 20) break
    expect(Math.max(...asked.map(({length}) => length))).toBeLessThanOrEqual(5)
    // At most: what was heard, windows waiting and the one under way.
    expect(given / 16_000).toBeLessThan(asked.length * 5 + 4 * 5)
  })

  it('reads no further ahead than it can hear, and no more than is taken', async () => {
    const over = Promise.withResolvers<void>()
    let given = 0
    const source = (async function* () {
      for (let i = 0; i < 1000; i++) {
        given++
        yield stretches([1, 0.1], [1, 0])
      }
    })()
    const transcribes = async () => {
      await over.promise
      return [{text: 'word'}]
    }
    const events = open({transcribes}).stt.stream(source)[Symbol.asyncIterator]()
    for (let i = 0; i < 3; i++) await events.next()
    await new Promise(resolve => setImmediate(resolve))
    expect(given).toBeLessThan(12)
    over.resolve()
    await events.next()
    await new Promise(resolve => setImmediate(resolve))
    expect(given).toBeLessThan(30)
    await events.return?.()
  })

  it('stops everything when the one who listens leaves: engine, detector and source', async () => {
    let [stopped, returned] = [false, false]
    const under = Promise.withResolvers<void>()
    const transcribes: EngineScript['transcribes'] = ({signal}) =>
      new Promise((_, reject) => {
        under.resolve()
        signal.addEventListener('abort', () => {
          stopped = true
          reject(signal.reason)
        })
      })
    const source = (async function* () {
      try {
        for (;;) yield stretches([1, 0.1], [1, 0])
      } finally {
        returned = true
      }
    })()
    const {stt} = open({transcribes})
    for await (const event of stt.stream(source)) {
      if (event.type !== 'speech-end') continue
      await under.promise
      break
    }
    await stt.close()
    expect({stopped, returned}).toEqual({stopped: true, returned: true})
  })

  it('is cancelled while the source says nothing, and lets go of it', async () => {
    let returned = false
    const silent: AsyncIterable<Float32Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: async () => {
          returned = true
          return {done: true, value: undefined}
        },
      }),
    }
    const controller = new AbortController()
    const {stt} = open()
    const stream = collected(stt.stream(silent, {signal: controller.signal}))
    controller.abort(new Error('gone'))
    await expect(stream).rejects.toMatchObject({code: 'CANCELLED', cause: expect.objectContaining({message: 'gone'})})
    expect(returned).toBe(true)
    expect((await stt.recognize(twoUtterances)).text).not.toBe('')
  })

  it('throws what the source throws, after what was found before', async () => {
    const broken = (async function* () {
      yield twoUtterances
      throw new Error('connection lost')
    })()
    await expect(collected(open().stt.stream(broken))).rejects.toThrow('connection lost')
  })

  it('uses the thresholds of the call before its own', async () => {
    const sound = stretches([1, 0.1], [0.7, 0], [1, 0.1], [2, 0])
    const {stt} = open({}, {vadParameters: {minSilenceDurationMs: 1000}})
    expect(finalsOf(await collected(stt.stream(pieces(sound)))).length).toBe(1)
    const vadParameters = {minSilenceDurationMs: 200}
    expect(finalsOf(await collected(stt.stream(pieces(sound), {vadParameters}))).length).toBe(2)
  })

  it('cuts where nobody asks for a detector, and still gives all of it', async () => {
    const {stt, asked} = open({windowMs: 2000})
    const events = await collected(stt.stream(pieces(twoUtterances, 700), {vad: false}))
    expect(new Set(events.map(({type}) => type))).toEqual(new Set(['final']))
    expect(asked.reduce((sum, {length}) => sum + length, 0)).toBeCloseTo(7.5)
  })
})
