import {setTimeout} from 'node:timers/promises'
import type {RecognitionEvent} from '@essence/core/stt/port'
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
