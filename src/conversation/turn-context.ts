import type {Transcript} from '../stt/port.ts'
import type {Attempt} from './attempt.ts'
import type {EndOfTurnDetector} from './end-of-turn/port.ts'
import type {Floor} from './floor.ts'
import type {LiveEvent, TurnTaking} from './port.ts'

/** A turn that is over, and is to be answered. */
export interface PersonTurnOver {
  item: string
  transcript: Transcript
  /** The answer that was begun; undefined where none was. */
  attempt: Attempt | undefined
  /** ms of silence that were waited to be certain. */
  silenceMs: number
  /** June was speaking, or about to. */
  hasInterrupted: boolean
}

/** What a turn of the person needs. */
export interface TurnContext {
  endOfTurn: EndOfTurnDetector
  floor: Floor
  turnTaking: () => TurnTaking
  /** @throws what the recogniser throws */
  recognize: (audio: Float32Array, signal: AbortSignal) => Promise<Transcript>
  /** Begins an answer; undefined: none is wanted. */
  think: (transcript: Transcript) => Attempt | undefined
  /** The person has had their say. */
  onTurn: (over: PersonTurnOver) => void
  emit: (event: LiveEvent) => void
  signal: AbortSignal
  /** Sound from a place on, to the last that came. */
  soundFrom: (start: number) => Float32Array
  /** Samples of sound so far. */
  reached: () => number
  /** ms of the present silence. */
  silenceMs: () => number
  /** Nothing more is done about this turn. */
  onOver: (turn: object) => void
}
