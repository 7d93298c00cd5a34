import {isEssenceError, throwIfCancelled} from '../kit/errors.ts'
import type {BenchReport} from '../report/bench-report.ts'
import {quantilesOf} from '../report/quantiles.ts'
import type {TurnTimes} from '../voice/events.ts'
import {runTurn, type TurnEngines} from '../voice/turn.ts'
import {type RepeatOptions, repeat} from './repeat.ts'

type Turns = NonNullable<BenchReport['turn']>
type Concurrency = BenchReport['concurrency'][number]

export interface TurnInputs {
  engines: TurnEngines
  /** Voice notes, asked in turn. */
  notes: readonly Uint8Array[]
  voice: string | undefined
  signal: AbortSignal
}

/** Each turn is of a session of its own: none carries the history of the one before. */
let sessions = 0

/** One turn, sound in and sound out; undefined where it failed. @throws CANCELLED */
const oneTurn = async ({engines, notes, voice, signal}: TurnInputs): Promise<TurnTimes | undefined> => {
  const session = `bench-${++sessions}`
  const bytes = notes[sessions % notes.length] ?? new Uint8Array()
  let times: TurnTimes | undefined
  try {
    const turn = {speaker: 'bench', session, input: {audio: {bytes}}, language: 'en', ...(voice ? {voice} : {})}
    for await (const event of runTurn(turn, engines, {signal})) {
      if (event.type === 'speechFailed') return undefined
      if (event.type === 'done') times = event.times
    }
  } catch (error) {
    throwIfCancelled(signal)
    if (!isEssenceError(error)) throw error
    return undefined
  } finally {
    await engines.assistant.forget(session, 'bench')
  }
  // An answer without sound is no voice turn.
  return times?.ttfaMs === undefined ? undefined : times
}

/** Stages of turns one after the other; undefined where all failed. @throws CANCELLED */
export const measureTurns = async (inputs: TurnInputs, options: RepeatOptions): Promise<Turns | undefined> => {
  // The first one is not counted: it fills caches.
  await oneTurn(inputs)
  const turns = await repeat(options, () => oneTurn(inputs))
  const done = turns.filter(times => times !== undefined)
  if (done.length === 0) return undefined
  const stages: Turns['stages'] = {}
  for (const stage of ['decodeMs', 'sttMs', 'ttftMs', 'llmMs', 'ttfaMs', 'ttsMs', 'totalMs'] as const) {
    const quantiles = quantilesOf(done.flatMap(times => times[stage] ?? []))
    if (quantiles) stages[stage.slice(0, -2)] = quantiles
  }
  return {runs: done.length, stages}
}

/** So many turns at once, until as many were made as `turns` says; undefined where all failed. @throws CANCELLED */
export const measureConcurrency = async (
  inputs: TurnInputs,
  level: number,
  turns: number,
): Promise<Concurrency | undefined> => {
  const began = performance.now()
  let begun = 0
  const taken: (TurnTimes | undefined)[] = []
  const caller = async (): Promise<void> => {
    while (begun++ < turns) {
      throwIfCancelled(inputs.signal)
      taken.push(await oneTurn(inputs))
    }
  }
  await Promise.all(Array.from({length: level}, caller))
  const done = taken.filter(times => times !== undefined)
  const ttfa = quantilesOf(done.flatMap(({ttfaMs}) => ttfaMs ?? []))
  const total = quantilesOf(done.map(({totalMs}) => totalMs))
  if (!ttfa || !total) return undefined
  const turnsPerSecond = done.length / ((performance.now() - began) / 1000)
  return {level, turns: taken.length, failed: taken.length - done.length, turnsPerSecond, ttfa, total}
}
