import type {ConversationScenario} from '../../report/conversation-report.ts'

/** Something a person said, as it was played into the microphone. Times are ms from the beginning of the scenario. */
export interface Utterance {
  said: string
  language: string
  startMs: number
  /** Where it ends; it may not be over yet. */
  endMs: number
  /** June was to be interrupted by it. */
  interrupts: boolean
}

/** A sound that is no turn: a cough, a "mhm", a voice behind, the echo of June. */
export interface Noise {
  what: string
  startMs: number
  /** Infinity: it does not end. */
  endMs: number
}

/** What the gateway took for a turn of the person. */
export interface UserTurn {
  item: string
  startedMs: number | undefined
  stoppedMs: number | undefined
  committedMs: number | undefined
  heard: string | undefined
}

export interface Response {
  id: string
  createdMs: number
  doneMs: number | undefined
  status: string | undefined
  /** As written. */
  text: string
  calls: {name: string; arguments: string}[]
  /** When the person ended it. */
  interruptedMs: number | undefined
}

/** A line of what happened. */
export type Happening = ConversationScenario['happenings'][number]
