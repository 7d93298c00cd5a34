import type {EngineInfo} from '../compute/engine-info.ts'
import type {Documents} from '../documents/port.ts'
import type {ChatFinish, ChatOptions, TokenUsage, ToolCall} from '../llm/port.ts'
import type {Memory} from '../memory/port.ts'
import type {Confirmation, Reminders, Source} from '../tools/port.ts'

export interface AssistantRequest {
  /** The person, unique across channels: `telegram:123`, `web:…`, `cli`. */
  speaker: string
  /** The conversation: requests of one session see its history. */
  session: string
  text: string
  /** ISO 639-1 of `text`, where known. */
  language?: string | undefined
  /** `telegram`, `web`, `cli` …: how answers are styled there, and where reminders arrive. */
  channel?: string | undefined
  /**
   * Where several people hear each other: the room, and what the one who speaks calls themselves, which may be anything. Others are told what
   * was said. Default: the person is alone with June.
   */
  among?: {room: string; name?: string | undefined} | undefined
  /** The answer is read, not heard: it may be longer and have marks. */
  written?: boolean | undefined
  /** A button was pressed instead of an answer given: what was asked is done, or not. `text` is what the button said. */
  decision?: {confirmation: string; accepted: boolean} | undefined
  /** Only these documents are looked at, and they are looked at in any case. */
  documents?: readonly string[] | undefined
  /** How the model is to write this answer, where not as it is configured. */
  sampling?: Sampling | undefined
  /** Whether tools may be called, and what the person asks to remember is noted. Default true. */
  tools?: boolean | undefined
  /** The answer begins before the person is known to be done, and is heard while it is written. Default: neither. */
  live?: LiveReply | undefined
  signal?: AbortSignal | undefined
}

/** What turns out only while an answer is thought of, or spoken. Neither promise rejects. */
export interface LiveReply {
  /** Resolves once the text is all that the person said. Until then nothing is done that lasts; a request that is thrown away is aborted. */
  settled: Promise<void>
  /**
   * How much of the answer the person has heard, once it is spoken or was interrupted: that is what is remembered, and the session's next
   * request waits for it. Undefined: nothing of this was said, neither the question nor the answer.
   */
  heard: Promise<string | undefined>
}

export type Sampling = Pick<
  ChatOptions,
  'maxTokens' | 'temperature' | 'topP' | 'topK' | 'repetitionPenalty' | 'stopSequences' | 'seed'
>

/** Why an answer ended before its model ended it: `repetition`, it turned in circles. */
export type FinishReason = 'repetition'

/** Something the door itself does. `volume`: 0 to 1, or a step up or down. */
export type DoorAction = {kind: 'stop'} | {kind: 'volume'; level?: number | undefined; step?: 1 | -1 | undefined}

/** A piece of the answer. Thoughts are never spoken nor shown as the answer. */
export interface AssistantDelta {
  kind: 'answer' | 'thought'
  text: string
  /** Of the last piece, whose text is empty; absent where the model itself came to an end. */
  finishReason?: FinishReason | undefined
  /** Of the last piece: why the model stopped, and the tokens it took; absent where none answered. */
  model?: {finish: ChatFinish; usage: TokenUsage} | undefined
  /** Of the last piece: what the person is asked before something is done; doors may show buttons for it. */
  confirmation?: Pick<Confirmation, 'id' | 'question' | 'expiresAt'> | undefined
  /** Of the last piece: the documents it leans on. */
  sources?: Source[] | undefined
  /** Of the last piece: what the door is to do. */
  action?: DoorAction | undefined
  /** Of the last piece: functions of the door's own that it is to call, where it gave the model some. */
  calls?: readonly ToolCall[] | undefined
}

/** What June knows and does beside answering; over the wire where she is a service. */
export interface Mind {
  readonly memory: Pick<
    Memory,
    | 'facts'
    | 'correct'
    | 'erase'
    | 'eraseAll'
    | 'conversations'
    | 'messages'
    | 'renameConversation'
    | 'resumeConversation'
    | 'removeConversation'
  >
  readonly documents: Omit<Documents, 'settle' | 'close'>
  readonly reminders: Pick<Reminders, 'list' | 'cancel' | 'due' | 'delivered'>
  /** Names of the tools the model may call. */
  readonly tools: readonly string[]
}

/** What answers: remembers each session's conversation and thinks of a reply. */
export interface Assistant {
  readonly info: EngineInfo
  /** Absent where nothing is remembered beyond the process: a stand-in, or a store that cannot be had. */
  readonly mind?: Mind | undefined
  /** What is missing of it, for health and people: `no memory: …`. Empty where all is there. */
  readonly lacks?: readonly string[] | undefined
  /**
   * Streams the reply to one utterance. An exchange enters the session's history only when it ran to its end.
   * @throws CANCELLED, CONTEXT_FULL, ENGINE_BUSY, ENGINE_FAILED
   */
  reply(request: AssistantRequest): AsyncIterable<AssistantDelta>
  /** Forgets a session's conversation. */
  forget(session: string, speaker?: string): Promise<void>
  close(): Promise<void>
}
