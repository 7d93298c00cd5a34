import type {TurnEvent, VoiceTurn} from '@essence/core/voice/events'
import {runTurn, type TurnEngines, type TurnOptions} from '@essence/core/voice/turn'
import {afterEach, beforeEach, expect} from 'vitest'
import {collected} from '../collected.ts'

export const typed: VoiceTurn = {speaker: 'cli', session: 's', input: {text: 'Hi'}}

export const all = (turn: VoiceTurn, engines: TurnEngines, options?: TurnOptions): Promise<TurnEvent[]> =>
  collected(runTurn(turn, engines, options))

/** Events as short words, those of several chunks of one sentence as one. */
export const names = (events: TurnEvent[]): string[] =>
  events.map(event => ('index' in event ? `${event.type}${event.index}` : event.type))

/** A turn may leave no rejected promise behind, however it ends: looked at after each test of the file. */
export const leavesNothingRejected = (): void => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  beforeEach(() => void process.on('unhandledRejection', note))
  afterEach(async () => {
    await new Promise(setImmediate)
    process.off('unhandledRejection', note)
    expect(unhandled.splice(0)).toEqual([])
  })
}
