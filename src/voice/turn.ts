import {readAudio} from '../audio/decode/decode.ts'
import type {AudioSource} from '../audio/source.ts'
import {defined} from '../kit/defined.ts'
import {EssenceError} from '../kit/errors.ts'
import {linkedAbort} from '../kit/flow/linked-abort.ts'
import {untilAborted} from '../kit/flow/until-aborted.ts'
import {answerAloud} from './answer.ts'
import type {TurnEvent, VoiceTurn} from './events.ts'
import type {TurnContext, TurnEngines} from './turn-context.ts'

export type {TurnEngines} from './turn-context.ts'

export interface TurnOptions {
  /** Aborting ends the turn at once with CANCELLED. */
  signal?: AbortSignal | undefined
  /** Longest utterance accepted, in ms. */
  maxAudioMs?: number | undefined
  /** Largest recording accepted, in bytes. */
  maxAudioBytes?: number | undefined
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

type Limits = Omit<TurnOptions, 'signal' | 'clock' | 'leadInMs'>

async function* events(context: TurnContext, limits: Limits): AsyncGenerator<TurnEvent> {
  const {input, language} = context.turn
  const known = language === 'auto' ? undefined : language
  if (input === 'continued') yield* answerAloud('', known, context)
  else if ('audio' in input) {
    const heard = await listen(input.audio, context, limits)
    yield heard
    const {text, language} = heard.transcript
    yield* answerAloud(input.question ? `“${text}”\n\n${input.question}` : text, language, context)
  } else {
    if (input.text.trim() === '') throw new EssenceError('USAGE', 'The text to answer is empty.')
    yield* answerAloud(input.text, known, context)
  }
}

const listen = async (
  audio: AudioSource,
  {turn, stt, signal, times, now, since}: TurnContext,
  {maxAudioMs, maxAudioBytes}: Limits,
): Promise<Extract<TurnEvent, {type: 'transcript'}>> => {
  const decoding = now()
  const samples = await readAudio(audio, {
    sampleRate: 16_000,
    signal,
    ...defined({maxDurationMs: maxAudioMs, maxBytes: maxAudioBytes}),
  })
  const decodeMs = Math.round(since(decoding))
  const recognizing = now()
  const transcript = await stt.recognize(samples, {signal, language: turn.language ?? 'auto'})
  const sttMs = Math.round(since(recognizing))
  Object.assign(times, {decodeMs, sttMs})
  if (transcript.text.trim() === '') {
    const seconds = (transcript.audioMs / 1000).toFixed(1)
    throw new EssenceError('NO_SPEECH', `No speech was heard in ${seconds} s of audio.`, {
      suggestions: ['Speak closer to the microphone, and for a second at least.'],
    })
  }
  return {type: 'transcript', transcript, decodeMs, sttMs}
}
