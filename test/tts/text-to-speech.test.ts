import {setImmediate as soon} from 'node:timers/promises'
import type {VoiceEngine} from '@essence/core/tts/engine'
import {mockVoiceEngine} from '@essence/core/tts/mock'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {describe, expect, it} from 'vitest'
import {collected} from '../collected.ts'
import {joined, medianPitch} from './pitch.ts'

/** The mock, with a record of what it was asked, and a gate each clause waits at. */
const watched = (before: (clause: string) => Promise<void> | void = () => {}, more: Partial<VoiceEngine> = {}) => {
  const clauses: string[] = []
  const asked: {speed: number; pitch: number}[] = []
  const engine: VoiceEngine = {
    ...mockVoiceEngine,
    async *speak(clause, options) {
      clauses.push(clause)
      asked.push({speed: options.speed, pitch: options.pitch})
      await before(clause)
      yield* mockVoiceEngine.speak(clause, options)
    },
    ...more,
  }
  return {engine, clauses, asked}
}

const story = 'One, two, three. Four five six. Seven eight nine. Ten eleven twelve. The end of it.'

describe('textToSpeech', () => {
  it('hands out the first clause before the second is computed', async () => {
    const second = Promise.withResolvers<void>()
    const {engine, clauses} = watched(clause => (clause.startsWith('Four') ? second.promise : undefined))
    const speech = textToSpeech(engine).synthesize(story)[Symbol.asyncIterator]()
    expect((await speech.next()).done).toBe(false)
    expect(clauses.length).toBeLessThanOrEqual(2)
    second.resolve()
    await speech.return?.()
  })

  it('computes no more than one clause ahead of its listener', async () => {
    const {engine, clauses} = watched()
    const speech = textToSpeech(engine).synthesize(story)[Symbol.asyncIterator]()
    await speech.next()
    for (let i = 0; i < 50; i++) await soon()
    expect(clauses).toHaveLength(2)
    await speech.return?.()
  })

  it('lets callers take turns, clause by clause', async () => {
    const {engine, clauses} = watched()
    const tts = textToSpeech(engine)
    const short = 'Zoo. Zoo zoo.'
    await Promise.all([collected(tts.synthesize(story)), collected(tts.synthesize(short))])
    expect(clauses.findLastIndex(clause => clause.startsWith('Zoo'))).toBeLessThan(clauses.length - 1)
  })

  it('does not run an engine more often at once than it can', async () => {
    let [running, most] = [0, 0]
    const {engine} = watched(undefined, {
      async *speak(clause, options) {
        most = Math.max(most, ++running)
        try {
          await soon()
          yield* mockVoiceEngine.speak(clause, options)
        } finally {
          running--
        }
      },
    })
    const tts = textToSpeech(engine)
    await Promise.all([1, 2, 3].map(() => collected(tts.synthesize(story))))
    expect(most).toBe(1)
  })

  it('cancels at once, also an engine that does not listen, and gives its turn on when that has stopped', async () => {
    const stuck = Promise.withResolvers<void>()
    const {engine} = watched(clause => (clause === 'Stuck.' ? stuck.promise : undefined))
    const tts = textToSpeech(engine)
    const abort = new AbortController()
    const cancelled = collected(tts.synthesize('Stuck.', {signal: abort.signal}))
    const next = collected(tts.synthesize('Next.'))
    await soon()
    abort.abort()
    await expect(cancelled).rejects.toMatchObject({code: 'CANCELLED'})
    stuck.resolve()
    expect(await next).not.toHaveLength(0)
  })

  it('refuses more texts than its queue holds, and takes the next when one has ended', async () => {
    const tts = textToSpeech(watched().engine, {requestLimit: 1})
    const first = tts.synthesize(story)[Symbol.asyncIterator]()
    await first.next()
    await expect(collected(tts.synthesize('Hello'))).rejects.toMatchObject({code: 'ENGINE_BUSY'})
    await first.return?.()
    expect(await collected(tts.synthesize('Hello'))).not.toHaveLength(0)
  })

  it('ends what runs when it is closed, and says so', async () => {
    const never = new Promise<void>(() => {})
    const tts = textToSpeech(watched(() => never).engine)
    const waiting = collected(tts.synthesize('Hello'))
    waiting.catch(() => {})
    await soon()
    await tts.close()
    await expect(waiting).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
    await expect(collected(tts.synthesize('Hello'))).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
  })

  it('asks an engine only for what it does itself', async () => {
    const able = watched()
    await collected(textToSpeech(able.engine).synthesize('Hello.', {speed: 1.5, pitch: 2}))
    expect(able.asked).toEqual([{speed: 1.5, pitch: 2}])
    const unable = watched(undefined, {native: {speed: false, pitch: 0}})
    const plain = await collected(textToSpeech(unable.engine).synthesize('Hello there you.'))
    const fast = await collected(textToSpeech(unable.engine).synthesize('Hello there you.', {speed: 1.5}))
    expect(unable.asked).toEqual([
      {speed: 1, pitch: 0},
      {speed: 1, pitch: 0},
    ])
    expect((plain[0]?.pcm.length ?? 0) / (fast[0]?.pcm.length ?? 1)).toBeCloseTo(1.5, 1)
  })

  it('asks for a pitch as far as the engine goes, and moves the rest itself', async () => {
    const {engine, asked} = watched(undefined, {native: {speed: true, pitch: 5}})
    const tts = textToSpeech(engine)
    const pitches = await Promise.all(
      [0, 12, -12].map(async pitch => {
        const chunks = await collected(tts.synthesize('Hello there you.', {pitch}))
        return medianPitch(joined(chunks), chunks[0]?.sampleRate ?? 0)
      }),
    )
    expect(asked.map(({pitch}) => pitch)).toEqual([0, 5, -5])
    const [normal = 0, high = 0, low = 0] = pitches
    expect(Math.abs(12 * Math.log2(high / normal) - 12)).toBeLessThan(0.6)
    expect(Math.abs(12 * Math.log2(low / normal) + 12)).toBeLessThan(0.6)
  })

  it('gives engines words without digits, cut at clauses, and long words in pieces', async () => {
    const {engine, clauses} = watched()
    await collected(textToSpeech(engine).synthesize(`Dr. Smith paid $3.14 to 2 people. ${'x'.repeat(2000)}`))
    expect(clauses[0]).toBe('Doctor Smith paid three dollars and fourteen cents to two people.')
    expect(clauses.every(clause => clause.length <= 300 && !/\d/.test(clause))).toBe(true)
  })

  it('names an engine that fails', async () => {
    const {engine} = watched(() => Promise.reject(new Error('broken')))
    await expect(collected(textToSpeech(engine).synthesize('Hello'))).rejects.toThrow('broken')
  })
})
