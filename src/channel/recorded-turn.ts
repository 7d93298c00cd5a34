import {defined} from '../kit/defined.ts'
import {EssenceError, isEssenceError, knownError} from '../kit/errors.ts'
import type {Health} from '../service/health.ts'
import {type Log, logFailure} from '../service/log.ts'
import type {Metrics, TurnResult} from '../service/metrics.ts'
import type {AnswerEnd, TurnEvent, TurnTimes, VoiceTurn} from '../voice/events.ts'
import {runTurn, type TurnEngines, type TurnOptions} from '../voice/turn.ts'

/** Where results of a channel's turns are recorded. */
export interface TurnRecord {
  /** `telegram`, `web`, …: a label of the figures, and where reminders of its turns arrive. */
  channel: string
  metrics: Metrics
  health: Health
  log: Log
  /** Told how long the stages of each turn took that came to its end. */
  times?: {add(times: TurnTimes, channel: string): void} | undefined
  /** Told how long engines worked for a person, in ms, also where a turn did not come to its end. Does not reject. */
  spend?: ((speaker: string, ms: number) => Promise<void>) | undefined
}

export interface RecordedTurnOptions extends TurnOptions, TurnRecord {}

/**
 * Runs a turn, see `runTurn`, and keeps how it ended: counted, measured, logged, and told to health where the fault is not
 * the person's. Every channel's turns go through here, so that all are named alike.
 * @param turn made within the record, where making it can fail or takes its time
 * @throws what the turn throws, always as EssenceError; CANCELLED when the signal has aborted
 */
export async function* recordedTurn(
  turn: VoiceTurn | (() => Promise<VoiceTurn>),
  engines: TurnEngines,
  {channel, metrics, health, log, times, spend, ...options}: RecordedTurnOptions,
): AsyncGenerator<TurnEvent> {
  // A consumer that leaves early cancels the turn, as an abort does.
  let result: TurnResult = 'cancelled'
  let measured: TurnTimes | undefined
  let finishReason: AnswerEnd['finishReason']
  let failure: EssenceError | undefined
  let spent: {speaker: string; ms: number} | undefined
  metrics.turnStarted(channel)
  try {
    const asked = typeof turn === 'function' ? await turn() : turn
    for await (const event of runTurn({...asked, channel: asked.channel ?? channel}, engines, options)) {
      if (event.type === 'transcript') spent = {speaker: asked.speaker, ms: event.sttMs}
      if (event.type === 'done') {
        const {sttMs = 0, llmMs = 0, ttsMs = 0} = event.times
        spent = {speaker: asked.speaker, ms: sttMs + llmMs + ttsMs}
        measured = event.times
        finishReason = event.finishReason
      }
      if (event.type === 'speechFailed') {
        log.warn({channel, code: event.code, why: event.message}, 'speaking failed; the answer goes on as text')
      }
      yield event
    }
    result = 'ok'
    health.set('turns', {status: 'healthy'})
    if (measured) times?.add(measured, channel)
  } catch (error) {
    failure = turnFailure(error, options.signal)
    result = failure.code === 'CANCELLED' ? 'cancelled' : failure.code
    if (isOurs(failure)) health.set('turns', {status: 'degraded', detail: `the last turn ended in ${failure.code}`})
    throw failure
  } finally {
    metrics.turnEnded(channel, result, measured)
    if (spent) await spend?.(spent.speaker, spent.ms)
    if (finishReason) metrics.answerCut(channel, finishReason)
    if (failure && result !== 'cancelled') logFailure(log, failure, {channel, result}, 'turn')
    else log.info({channel, result, ...defined({finishReason}), ...measured}, 'turn')
  }
}

/** What ended a turn, as others may know it: an abort is what aborted it, and the text of a bug stays in the log. */
export const turnFailure = (error: unknown, signal: AbortSignal | undefined): EssenceError => {
  if (signal?.aborted) {
    return isEssenceError(signal.reason)
      ? signal.reason
      : new EssenceError('CANCELLED', 'The turn was cancelled.', {cause: error})
  }
  return knownError(error)
}

/** Neither the person's, nor a refusal: one that is busy works as it should. */
const isOurs = ({code, kind}: EssenceError): boolean => kind !== 'user' && code !== 'ENGINE_BUSY'
