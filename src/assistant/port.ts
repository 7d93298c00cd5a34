import type {EngineInfo} from '../compute/engine-info.ts'

export interface AssistantRequest {
  /** The person, unique across channels: `telegram:123`, `web:…`, `cli`. */
  speaker: string
  /** The conversation: requests of one session see its history. */
  session: string
  text: string
  /** ISO 639-1 of `text`, where known. */
  language?: string | undefined
  signal?: AbortSignal | undefined
}

/** Why an answer ended before its model ended it: `repetition`, it turned in circles. */
export type FinishReason = 'repetition'

/** A piece of the answer. Thoughts are never spoken nor shown as the answer. */
export interface AssistantDelta {
  kind: 'answer' | 'thought'
  text: string
  /** Of the last piece, whose text is empty; absent where the model itself came to an end. */
  finishReason?: FinishReason | undefined
}

/** What answers: remembers each session's conversation and thinks of a reply. */
export interface Assistant {
  readonly info: EngineInfo
  /**
   * Streams the reply to one utterance. An exchange enters the session's history only when it ran to its end.
   * @throws CANCELLED, CONTEXT_FULL, ENGINE_BUSY, ENGINE_FAILED
   */
  reply(request: AssistantRequest): AsyncIterable<AssistantDelta>
  /** Forgets a session's conversation. */
  forget(session: string): Promise<void>
  close(): Promise<void>
}
