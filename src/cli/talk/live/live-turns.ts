import type {LiveEvent, ResponseStatus} from '../../../conversation/port.ts'
import type {TurnTimes} from '../../../voice/events.ts'

/** One turn of a live conversation, for `--json`. */
export interface LiveTurn {
  /** What the person said; null where June spoke by herself, or it could not be understood. */
  said: string | null
  /** ISO 639-1 of what was said. */
  language: string | null
  /** ms of the microphone's sound at which the person began, and stopped. */
  startMs: number | null
  endMs: number | null
  /** The answer as written, as far as it was. */
  answered: string
  /** As much of it as was heard. */
  heard: string
  /** ms of its sound that were heard. */
  heardMs: number
  /** Null where nothing was answered. */
  status: ResponseStatus | null
  /** ms from the person's last sound to June's first, and how many of them were waited for the person to go on. */
  voiceToVoiceMs: number | null
  waitedMs: number | null
  times: TurnTimes | null
  error: string | null
}

/** Keeps the turns of a live conversation, and knows whether one is under way. */
export const liveTurns = () => {
  const turns: LiveTurn[] = []
  const ofItem = new Map<string, LiveTurn>()
  const ofResponse = new Map<string, LiveTurn>()
  const spans = new Map<string, {startMs: number; endMs: number | null}>()
  /** Items and responses that have begun and not ended. */
  const underWay = new Set<string>()
  const begin = (turn: Partial<LiveTurn>): LiveTurn => {
    const whole = {...nothing, ...turn}
    turns.push(whole)
    return whole
  }
  const keep = (item: string, turn: Partial<LiveTurn>): void => {
    underWay.delete(item)
    ofItem.set(item, begin({...spans.get(item), ...turn}))
  }
  return {
    turns,
    /** Whether somebody speaks or thinks. */
    get isBusy() {
      return underWay.size > 0
    },
    take(event: LiveEvent): void {
      if (event.type === 'speechStarted') {
        underWay.add(event.item)
        spans.set(event.item, {startMs: event.atMs, endMs: null})
      } else if (event.type === 'speechStopped') {
        spans.set(event.item, {startMs: event.atMs, ...spans.get(event.item), endMs: event.atMs})
      } else if (event.type === 'committed') underWay.add(event.item)
      else if (event.type === 'dismissed') underWay.delete(event.item ?? '')
      else if (event.type === 'transcript') {
        const {text, language} = event.transcript
        keep(event.item, {said: text, language})
      } else if (event.type === 'transcriptFailed') keep(event.item, {error: event.error.message})
      else if (event.type === 'responseStarted') {
        underWay.add(event.response)
        ofResponse.set(event.response, ofItem.get(event.answers ?? '') ?? begin({}))
      } else if (event.type === 'responseEnded') {
        underWay.delete(event.response)
        const {text: answered, heard, heardMs, status, times = null, voiceToVoiceMs = null, waitedMs = null} = event
        const ended = {answered, heard, heardMs, status, times, voiceToVoiceMs, waitedMs}
        Object.assign(ofResponse.get(event.response) ?? {}, ended, {error: event.error?.message ?? null})
      }
    },
  }
}

export type LiveTurns = ReturnType<typeof liveTurns>

const nothing: LiveTurn = {
  said: null,
  language: null,
  startMs: null,
  endMs: null,
  answered: '',
  heard: '',
  heardMs: 0,
  status: null,
  voiceToVoiceMs: null,
  waitedMs: null,
  times: null,
  error: null,
}
