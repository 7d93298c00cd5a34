import type {Limit} from './places.ts'

/** What takes longer is left to whoever sends. */
export const maxWaitMs = 5000

export interface Send {
  chat: string
  /** What the platform takes in that chat. Default: as much as in all. */
  limits?: readonly Limit[] | undefined
  /** Only shows how far an answer is: it does not wait, and half of the places are not for it. */
  isGlimpse?: boolean | undefined
  signal?: AbortSignal | undefined
}

/** `end` is told when the call is over, whatever became of it. */
export type Permit = {ok: true; end(): Promise<void>} | {ok: false; retryAfterMs: number}
