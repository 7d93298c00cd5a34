import {setTimeout as pause} from 'node:timers/promises'
import {EssenceError} from '@essence/core/kit/errors'
import type {TurnEvent} from '@essence/core/voice/events'
import {runTurn, type TurnEngines} from '@essence/core/voice/turn'
import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../engines/scripted.ts'
import {all, leavesNothingRejected, names, typed} from './turns.ts'

leavesNothingRejected()

describe('the lead-in', () => {
  /** An answer that begins once it may. */
  const slow = (begins: Promise<void>): TurnEngines & {trace: {spoken: {text: string}[]}} =>
    scriptedEngines({answer: ['Done. ', 'Twice.'], beforePiece: index => (index === 0 ? begins : undefined)})

  it.each([
    ['en', 'One moment.'],
    ['de-AT', 'Einen Moment.'],
    ['fr', 'Un instant.'],
    ['es', 'Un momento.'],
  ])('is said once, in %s, where the answer takes its time, and is no part of it', async (language, words) => {
    const begins = Promise.withResolvers<void>()
    const engines = slow(begins.promise)
    const seen: TurnEvent[] = []
    for await (const event of runTurn({...typed, language}, engines, {leadInMs: 1})) {
      seen.push(event)
      if (event.type === 'leadIn') begins.resolve()
    }
    expect(seen.filter(({type}) => type === 'leadIn')).toMatchObject([{text: words, sampleRate: 16_000}])
    expect(seen[0]?.type).toBe('leadIn')
    expect(seen.at(-1)).toMatchObject({type: 'done', text: 'Done. Twice.', audioMs: 200})
    const {times} = seen.at(-1) as Extract<TurnEvent, {type: 'done'}>
    expect(times.leadInMs).toBeLessThanOrEqual(times.ttfaMs ?? 0)
  })

  it('is said in the language of a text that tells its own', async () => {
    const begins = Promise.withResolvers<void>()
    const text = 'Kannst du mir bitte sagen, wie morgen das Wetter wird?'
    const said: string[] = []
    for await (const event of runTurn({...typed, input: {text}}, slow(begins.promise), {leadInMs: 1})) {
      if (event.type !== 'leadIn') continue
      said.push(event.text)
      begins.resolve()
    }
    expect(said).toEqual(['Einen Moment.'])
  })

  it('does not count as the first audio of the answer', async () => {
    let ms = 0
    const begins = Promise.withResolvers<void>()
    const events: TurnEvent[] = []
    for await (const event of runTurn({...typed, language: 'en'}, slow(begins.promise), {
      leadInMs: 1,
      clock: () => ms,
    })) {
      events.push(event)
      if (event.type !== 'leadIn') continue
      ms = 5000
      begins.resolve()
    }
    expect(events.at(-1)).toMatchObject({times: {leadInMs: 0, ttfaMs: 5000}})
  })

  it.each([
    ['where none is asked for', {...typed, language: 'en'}, undefined],
    ['where it is switched off', {...typed, language: 'en'}, 0],
    ['where the answer is not spoken', {...typed, language: 'en', speak: false}, 1],
    ['in a language it has no word for', {...typed, language: 'nl'}, 1],
    ['in one that is not known', typed, 1],
  ])('is not said %s', async (_, turn, leadInMs) => {
    const engines = scriptedEngines({answer: ['Done.'], beforePiece: () => pause(20)})
    expect(names(await all(turn, engines, {leadInMs}))).not.toContain('leadIn')
    expect(engines.trace.spoken.map(({text}) => text)).toEqual(turn.speak === false ? [] : ['Done.'])
  })

  /** The answer begins while the lead-in is made, of which this comes. */
  const overtaken = async (comesOf: () => Promise<void>) => {
    const begins = Promise.withResolvers<void>()
    const engines = scriptedEngines({
      answer: ['Done.'],
      beforePiece: () => begins.promise,
      beforeSpeech: text => {
        if (text !== 'One moment.') return
        begins.resolve()
        return comesOf()
      },
    })
    const events = await all({...typed, language: 'en'}, engines, {leadInMs: 1})
    expect(names(events)).toEqual(['delta', 'sentence0', 'speech0', 'done'])
    return engines.trace.spoken.map(({text}) => text)
  }

  it('is dropped when the answer begins while it is made', async () => {
    expect(await overtaken(() => new Promise(() => {}))).toEqual(['One moment.', 'Done.'])
  })

  it('that fails costs nothing', async () => {
    await overtaken(async () => {
      throw new EssenceError('ENGINE_FAILED', 'Hoarse.')
    })
  })
})
