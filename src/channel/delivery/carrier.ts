/** What a send that failed means. */
export interface FailedSend {
  /** `no`: surely not sent, so that sending again cannot double it. */
  sent: 'no' | 'unknown'
  /** Whether the same may succeed later. */
  again: boolean
  /** ms the platform asks to wait before that. */
  afterMs?: number | undefined
}

/** How a platform carries the parts of an answer. */
export interface Carrier<Part> {
  /**
   * Sends a part. Its first byte must not go out before `begin` has resolved, which records that it may arrive: what has to be waited for,
   * as a place in the rate, comes before that.
   */
  send(part: Part, signal: AbortSignal, begin: () => Promise<void>): Promise<void>
  judge(error: unknown, part: Part): FailedSend
  /**
   * For so many ms after it was first sent a part may be sent again whatever became of it: the platform knows it by a key, or puts it in
   * the place of itself. Default: 0, never.
   */
  repeatableMs?(part: Part): number
  /** Other parts that say the same, where one was refused for what it is. */
  instead?(part: Part, error: unknown): Part[] | undefined
  /** Whether enough of a part is stored to send it after another start. */
  lasts(part: Part): boolean
  /** Says that an answer may not have arrived. */
  note: Part
}
