import type {AssistantDelta, AssistantRequest} from '../assistant/port.ts'
import type {AudioSource} from '../audio/source.ts'
import type {ErrorCode, EssenceError} from '../kit/errors.ts'
import type {Transcript} from '../stt/port.ts'

/** What one message says. `question`: what is asked about the recording; without it the recording is what is asked. */
export type Said = {audio: AudioSource; question?: string | undefined} | {text: string}

/**
 * One utterance of one person, as a channel hands it to the turn: sound or text. `continued`: the assistant goes on from what it knows, after a
 * result that the door gave it.
 */
export interface VoiceTurn {
  /** The person, unique across channels: `telegram:123`, `web:…`, `cli`. */
  speaker: string
  /** The conversation it belongs to. */
  session: string
  /** `messages`: several, in order, which are answered together. */
  input: Said | {messages: readonly Said[]} | 'continued'
  /** ISO 639-1, or `auto`. */
  language?: string | undefined
  /** Speak the answer. Default true. */
  speak?: boolean | undefined
  /** Voice id for the answer. */
  voice?: string | undefined
  /** How fast it is spoken: 0.5 to 2. Default 1. */
  speed?: number | undefined
  /** Where the person is: `telegram`, `web`, `cli`. */
  channel?: string | undefined
  /** Who speaks, where several people hear each other. */
  among?: AssistantRequest['among']
  /** The answer is read: it may be longer and have marks. Default: where it is not spoken. */
  written?: boolean | undefined
  /** A button was pressed; `input` is what it said. */
  decision?: AssistantRequest['decision']
  /** Ids of the only documents that are looked at. */
  documents?: readonly string[] | undefined
  /** How the model is to write, where not as it is configured. */
  sampling?: AssistantRequest['sampling']
  /** Whether anything may be done for the person, beside answering. Default true. */
  tools?: boolean | undefined
  live?: AssistantRequest['live']
}

/** What the end of an answer says beside its text. */
export type AnswerEnd = Pick<AssistantDelta, 'finishReason' | 'confirmation' | 'sources' | 'action' | 'model' | 'calls'>

/** Milliseconds of one turn, measured from its start unless said otherwise. A stage that did not happen is absent. */
export interface TurnTimes {
  /** Duration of decoding the audio. */
  decodeMs?: number
  /** Duration of speech recognition. */
  sttMs?: number
  /** Time to first token: from asking the assistant to the first piece of its answer. */
  ttftMs?: number
  /** Duration of the assistant's whole answer. */
  llmMs?: number
  /** Time to first audio of the answer: from the start of the turn to the first speech chunk. A lead-in does not count. */
  ttfaMs?: number
  /** From the start of the turn to the lead-in, where one was spoken. */
  leadInMs?: number
  /** Time spent waiting for synthesis, summed over sentences. */
  ttsMs?: number
  /** The whole turn. */
  totalMs: number
}

export interface TranscriptEvent {
  type: 'transcript'
  transcript: Transcript
  decodeMs: number
  sttMs: number
  /** Why some of several recordings were not heard. */
  missed?: readonly EssenceError[] | undefined
}

/** What happens in a turn, in order. Consumers show what they can and ignore the rest. */
export type TurnEvent =
  | TranscriptEvent
  | {type: 'thought'; text: string}
  | {type: 'delta'; text: string}
  /** A sentence is complete: `text` as written, `speech` as spoken (empty: nothing to say aloud). */
  | {type: 'sentence'; index: number; text: string; speech: string}
  /** Mono samples −1..1 of sentence `index`; one sentence may come in several chunks. */
  | {type: 'speech'; index: number; pcm: Float32Array; sampleRate: number}
  /** A word said before the answer, which takes its time: no part of it. Mono samples −1..1, maybe in several chunks. */
  | {type: 'leadIn'; text: string; pcm: Float32Array; sampleRate: number}
  /** Sentence `index` could not be spoken, nor will those after it be; the answer goes on as text. At most once a turn. */
  | {type: 'speechFailed'; index: number; code: ErrorCode; message: string; suggestions: string[]}
  /** The end: the whole answer as written, how long its speech lasts, and what the assistant says with its last piece. */
  | ({type: 'done'; text: string; audioMs: number; times: TurnTimes} & AnswerEnd)
