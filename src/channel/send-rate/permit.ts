import type {Limit} from './places.ts'

/** What takes longer is left to whoever sends. */
export const maxWaitMs = 5000

/** So many times fewer are taken where only a glimpse is asked for. */
export const glimpseShare = 3

export interface Send {
  chat: string
  /** What the platform takes in that chat. Default: as much as in all. */
  limits?: readonly Limit[] | undefined
  /** Only shows how far an answer is: it does not wait, and has a place only while less than a third are taken. */
  isGlimpse?: boolean | undefined
  signal?: AbortSignal | undefined
}

/** `end` is told when the call is over, whatever became of it. */
export type Permit = {ok: true; end(): Promise<void>} | {ok: false; retryAfterMs: number}
