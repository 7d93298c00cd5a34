/** Where updates come from: asked for, or brought by Telegram. */
export interface UpdateSource {
  /**
   * Resolves once this process is the one that gets the updates.
   * @throws TOKEN_REJECTED, POLLER_CONFLICT, PORT_IN_USE
   */
  first(signal: AbortSignal): Promise<void>
  /** Takes updates until the signal aborts. @throws TOKEN_REJECTED, POLLER_CONFLICT */
  run(signal: AbortSignal): Promise<void>
  /** Tells Telegram that this process takes no more. */
  leave(signal: AbortSignal): Promise<void>
  close?(): Promise<void>
}
