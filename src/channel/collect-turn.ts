import {EssenceError} from '../kit/errors.ts'
import {Channel} from '../kit/flow/channel.ts'
import type {PcmChunk} from '../tts/port.ts'
import type {AnswerEnd, TurnEvent, TurnTimes} from '../voice/events.ts'

/** A turn that has ended, for a channel that shows it as a whole. */
export interface CollectedTurn extends AnswerEnd {
  /** What was heard; empty for a text. */
  transcript: string
  /** Why some of several recordings were not heard. */
  missed?: readonly EssenceError[] | undefined
  /** The answer as written, without blanks around it. */
  text: string
  /** Length of what was spoken of it, in ms. */
  audioMs: number
  times: TurnTimes
  /** Why the voice failed, or not all was spoken; the answer stands all the same. */
  speechFailure?: EssenceError
}

/** Chunks of speech that wait to be taken: a second or two, so that the turn need not wait for an encoder. */
const speechAhead = 16

/**
 * Follows a turn to its end.
 * @param onEvent called with each event
 * @throws what the turn throws
 */
export const collectTurn = async (
  events: AsyncIterable<TurnEvent>,
  onEvent: (event: TurnEvent) => void | Promise<void> = () => {},
): Promise<CollectedTurn> => {
  const turn: CollectedTurn = {transcript: '', text: '', audioMs: 0, times: {totalMs: 0}}
  for await (const event of events) {
    if (event.type === 'transcript') {
      turn.transcript = event.transcript.text
      if (event.missed) turn.missed = event.missed
    }
    if (event.type === 'speechFailed') turn.speechFailure = new EssenceError(event.code, event.message, event)
    if (event.type === 'done') {
      const {type: _, ...done} = event
      Object.assign(turn, {...done, text: event.text.trim()})
    }
    await onEvent(event)
  }
  return turn
}

/**
 * Follows a turn to its end, while its speech is taken as it comes: encoded, written, played.
 * @param take what it does with the speech; where it fails, the turn goes on
 * @returns the turn, and what became of the speech
 * @throws what the turn throws
 */
export const collectSpokenTurn = async <T>(
  events: AsyncIterable<TurnEvent>,
  take: (speech: AsyncIterable<PcmChunk>) => Promise<T>,
  onEvent: (event: TurnEvent) => void | Promise<void> = () => {},
): Promise<CollectedTurn & {taken: PromiseSettledResult<T>}> => {
  const speech = new Channel<PcmChunk>(speechAhead)
  const taking = Promise.allSettled([take(speech)])
  try {
    const turn = await collectTurn(events, async event => {
      if (event.type === 'speech') await speech.push({pcm: event.pcm, sampleRate: event.sampleRate})
      await onEvent(event)
    })
    if (turn.speechFailure) speech.fail(turn.speechFailure)
    else speech.end()
    const [taken] = await taking
    return {...turn, taken}
  } catch (error) {
    speech.fail(error)
    await taking
    throw error
  }
}
