import type {Assistant} from '../assistant/port.ts'
import type {SpeechToText} from '../stt/port.ts'
import type {TextToSpeech} from '../tts/port.ts'
import type {TurnTimes, VoiceTurn} from './events.ts'

export interface TurnEngines {
  stt: SpeechToText
  assistant: Assistant
  tts: TextToSpeech
}

/** What the stages of one turn share. */
export interface TurnContext extends TurnEngines {
  turn: VoiceTurn
  signal: AbortSignal
  /** ms after which a lead-in is spoken; 0 or absent: never. */
  leadInMs: number | undefined
  /** Filled in by the stages as they happen. */
  times: Omit<TurnTimes, 'totalMs'>
  /** The clock, in ms. */
  now: () => number
  /** ms since a moment of the clock. */
  since: (moment: number) => number
  /** When the turn started. */
  started: number
}
