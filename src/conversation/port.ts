import type {Assistant} from '../assistant/port.ts'
import type {EssenceError} from '../kit/errors.ts'
import type {Transcript} from '../stt/port.ts'
import type {VoiceActivityDetector} from '../stt/vad/vad.ts'
import type {AnswerEnd, TurnEvent, TurnTimes, VoiceTurn} from '../voice/events.ts'
import type {TurnEngines, TurnOptions} from '../voice/turn.ts'
import type {EndOfTurnDetector, TurnEnding} from './end-of-turn/port.ts'
import type {OtherFloor} from './joined-floor.ts'

/** How it is decided who speaks when. */
export interface TurnTaking extends TurnEnding {
  /** Probability above which a frame counts as speech, 0..1. Default 0.5. */
  threshold: number
  /** ms of sound kept before speech. Default 300. */
  prefixMs: number
  /** A turn that has ended is answered. Default true. */
  respond: boolean
  /** The person may interrupt June by speaking. Default true. */
  interrupt: boolean
  /** Words are told while they are spoken. Default true. */
  words: boolean
  /** ms without a word of either side after which `idle` is told; undefined: never. */
  idleMs?: number | undefined
}

/** A clock and its timer, in ms; for tests one that does not wait. */
export interface Clock {
  now(): number
  /** @throws CANCELLED, or the reason of the signal */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Runs a turn: `runTurn`, or what counts and admits it as well. */
export type RunTurn = (turn: VoiceTurn, engines: TurnEngines, options: TurnOptions) => AsyncIterable<TurnEvent>

export interface ConversationOptions {
  engines: TurnEngines
  vad: VoiceActivityDetector
  endOfTurn: EndOfTurnDetector
  /** The person, unique across channels. */
  speaker: string
  /** What the memory calls the conversation. */
  session: string
  channel: string
  /** ISO 639-1, or `auto`. Default `auto`. */
  language?: string | undefined
  /** Voice id for the answers. */
  voice?: string | undefined
  turnTaking?: Partial<TurnTaking> | undefined
  /**
   * ms of sound given out before it is due: what a door may still have to play when June is interrupted. Infinity: given out as it is made.
   * Default 80.
   */
  leadMs?: number | undefined
  /** Where others in the room talk with June as well: her side of that. Who speaks interrupts her there, too. Default: nobody does. */
  others?: OtherFloor | undefined
  /** Whether what was said is said to June, where people talk to each other as well. What is not is neither answered nor remembered. Default: all is. */
  isMeant?: ((text: string) => boolean) | undefined
  /** Default: `runTurn`. */
  run?: RunTurn | undefined
  clock?: Clock | undefined
}

/** Why something that began as speech is no turn. */
export type Dismissal = 'noise' | 'filler' | 'echo' | 'background'

export type ResponseStatus = 'completed' | 'interrupted' | 'cancelled' | 'failed'

/** What happens in a live conversation, in order. ms of the person are of the sound given to `hear`, from its beginning. */
export type LiveEvent =
  /** The person speaks: told at once where June is silent; where she speaks, once it is certain that she is interrupted. */
  | {type: 'speechStarted'; item: string; atMs: number}
  /** Further words of the turn under way, which are not taken back. */
  | {type: 'words'; item: string; text: string}
  /** What began was no turn: it is forgotten. Without an item where nothing had been told of it. */
  | {type: 'dismissed'; item: string | undefined; reason: Dismissal}
  | {type: 'speechStopped'; item: string; atMs: number}
  /** The turn is over. `audio`: mono, 16 kHz, −1..1. */
  | {type: 'committed'; item: string; audio: Float32Array}
  | {type: 'transcript'; item: string; transcript: Transcript}
  | {type: 'transcriptFailed'; item: string; error: EssenceError}
  /** An answer was begun and thrown away, before anything of it was heard: the person went on. `pieces`: about as many tokens. */
  | {type: 'discarded'; pieces: number}
  /** Nobody has said anything for `idleMs`. */
  | {type: 'idle'}
  /** June answers. `answers`: the item of the person, where it is one. */
  | {type: 'responseStarted'; response: string; answers: string | undefined}
  | {type: 'thought'; response: string; text: string}
  | {type: 'delta'; response: string; text: string}
  /** A sentence is about to be heard: `text` as written. Where nothing is spoken there are none. */
  | {type: 'sentence'; response: string; text: string}
  /** Sound, when it is due; mono −1..1. `atMs`: its place in the response's sound. */
  | {type: 'audio'; response: string; pcm: Float32Array; sampleRate: number; atMs: number}
  /** June is quiet while it is found out whether she is interrupted. */
  | {type: 'held'; response: string}
  /** She goes on where she was. */
  | {type: 'resumed'; response: string}
  | ({
      type: 'responseEnded'
      response: string
      status: ResponseStatus
      /** The answer as written, as far as it was. */
      text: string
      /** As much of it as was heard, cut at the word; all of `text` where nothing was to be spoken. */
      heard: string
      /** ms of its sound that were heard. */
      heardMs: number
      times?: TurnTimes | undefined
      /** ms from the person's last sound to its first, and how many of them were silence waited for; absent where nobody spoke or nothing is heard. */
      voiceToVoiceMs?: number | undefined
      waitedMs?: number | undefined
      /** Why it failed, or could not be spoken. */
      error?: EssenceError | undefined
    } & AnswerEnd)

export interface RespondOptions {
  /** What is answered; absent: the assistant goes on from what it knows. */
  text?: string | undefined
  /** Default: the conversation's. */
  assistant?: Assistant | undefined
  voice?: string | undefined
  speak?: boolean | undefined
}

/** What may change while it goes on. */
export type ConversationChange = Pick<ConversationOptions, 'language' | 'voice' | 'turnTaking'> & {
  assistant?: Assistant | undefined
}

/** A conversation of one person with June, live. */
export interface LiveConversation {
  /** One reader. Ends after `close`. */
  readonly events: AsyncIterable<LiveEvent>
  /** What the person's microphone hears: mono, 16 kHz, −1..1, any length. Never waits; sound that nobody can keep up with is dropped, the oldest first. */
  hear(audio: Float32Array): void
  /** The turn of the person ends here. False: there was no sound to commit. */
  commit(): boolean
  /** Forgets the sound of the turn under way. */
  clear(): void
  /** Has June answer. One that answers already is cancelled first. @returns its id */
  respond(options?: RespondOptions): string
  /** Ends an answer under way. @param heardMs ms of its sound that were heard, where the door knows better @returns whether there was one */
  cancel(heardMs?: number): boolean
  change(change: ConversationChange): void
  /** The door is away: time stands still. */
  suspend(): void
  resume(): void
  close(): Promise<void>
}
