import type {RecognitionEvent} from '@essence/core/stt/port'
import {speechToText} from '@essence/core/stt/recognizer'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {exactVad, pieces, scriptedEngine, stretches} from './scripted-engine.ts'

const collect = async (events: AsyncIterable<RecognitionEvent>): Promise<RecognitionEvent[]> => {
  const all: RecognitionEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

const finalsOf = (events: RecognitionEvent[]) => events.filter(event => event.type === 'final')

describe('stream', () => {
  const twoUtterances = stretches([1, 0], [1.6, 0.1], [1.5, 0], [2.4, 0.2], [1, 0])

  it('tells an utterance: that it begins, how it sounds, that it ends, what it was', async () => {
    const {engine} = scriptedEngine()
    const events = await collect(
      speechToText(engine, {vad: exactVad()}).stream(pieces(twoUtterances, 320), {interim: true}),
    )
    const kinds = events.map(({type}) => type).filter((type, i, all) => type !== all[i - 1])
    expect(kinds).toEqual([
      'speech-start',
      'interim',
      'speech-end',
      'final',
      'speech-start',
      'interim',
      'speech-end',
      'final',
    ])
    const [first] = events
    expect(first).toEqual({type: 'speech-start', atMs: expect.closeTo(800, -2)})
  })

  it('gives the same finals however the sound comes in pieces', async () => {
    const finals = async (...lengths: number[]) => {
      const {engine} = scriptedEngine({windowMs: 2000})
      return finalsOf(await collect(speechToText(engine, {vad: exactVad()}).stream(pieces(twoUtterances, ...lengths))))
    }
    const whole = await finals(twoUtterances.length)
    expect(whole.length).toBe(3)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({min: 1, max: 40_000}), {minLength: 1, maxLength: 6}), async lengths => {
        if (lengths.every(length => length < 100)) return
        expect(await finals(...lengths)).toEqual(whole)
      }),
      {numRuns: 40},
    )
  })
})
