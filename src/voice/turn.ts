import {EssenceError} from '../kit/errors.ts'
import {linkedAbort} from '../kit/flow/linked-abort.ts'
import {untilAborted} from '../kit/flow/until-aborted.ts'
import {answerAloud} from './answer.ts'
import type {TurnEvent, VoiceTurn} from './events.ts'
import {askedWith, type ListenLimits, listen, listenToAll} from './listen.ts'
import type {TurnContext, TurnEngines} from './turn-context.ts'

export type {TurnEngines} from './turn-context.ts'

export interface TurnOptions extends ListenLimits {
  /** Aborting ends the turn at once with CANCELLED. */
  signal?: AbortSignal | undefined
  /** ms from asking the assistant after which a word is said, where its first sentence is not there. Default, and 0: never. */
  leadInMs?: number | undefined
  /** Milliseconds of a clock that never goes back. Default: `performance.now`. */
  clock?: (() => number) | undefined
}

/**
 * One voice turn: listens, thinks and speaks, sentence by sentence while the assistant is still writing. Every stage
 * runs at most one step ahead of the consumer. Leaving the iteration early stops them all, as aborting does.
 * A failure of a stage ends the turn with that stage's error; only a voice that fails does not cost the answer
 * (`speechFailed`).
 * @throws NO_SPEECH (nothing was heard; channels say so in their own words), USAGE (an empty text), CANCELLED, and what
 * decoding (`readAudio`), recognition and the assistant throw
 */
export async function* runTurn(
  turn: VoiceTurn,
  engines: TurnEngines,
  options: TurnOptions = {},
): AsyncGenerator<TurnEvent> {
  const {signal: outer, leadInMs, clock: now = () => performance.now(), ...limits} = options
  // The engines' signal: aborted by the caller's, and when the consumer leaves.
  const {signal, abort, unlink} = linkedAbort(outer)
  const since = (moment: number): number => now() - moment
  const context: TurnContext = {turn, ...engines, signal, leadInMs, times: {}, since, now, started: now()}
  try {
    yield* untilAborted(events(context, limits), signal)
  } finally {
    unlink()
    abort(over)
  }
}

/** Made once: a trace of the stack for every turn tells nobody anything. */
const over = new EssenceError('CANCELLED', 'The turn is over.')

async function* events(context: TurnContext, limits: ListenLimits): AsyncGenerator<TurnEvent> {
  const {input, language} = context.turn
  const known = language === 'auto' ? undefined : language
  if (input === 'continued') yield* answerAloud('', known, context)
  else if ('audio' in input) {
    const heard = await listen(input.audio, context, limits)
    yield heard
    yield* answerAloud(askedWith(heard.transcript, input.question), heard.transcript.language, context)
  } else if ('messages' in input) {
    const {event, text} = await listenToAll(input.messages, context, limits)
    if (event) yield event
    const heard = event?.transcript.text ? event.transcript.language : undefined
    yield* answerAloud(text, heard ?? known, context)
  } else {
    if (input.text.trim() === '') throw new EssenceError('USAGE', 'The text to answer is empty.')
    yield* answerAloud(input.text, known, context)
  }
}
