/** June's side of the conversation, as far as the person's has to know it. */
export interface Floor {
  /** Whether June speaks, or is about to. */
  readonly isTaken: boolean
  /** dBFS at which the person speaks as a rule; undefined: not known yet. */
  readonly personDb: number | undefined
  learnLevel(db: number): void
  /** What she has said in the last `ms`, as written; empty where that was nothing. */
  recentText(ms: number): string
  /** She is quiet for a moment. */
  hold(): void
  /** She goes on where she was, where she was held. */
  goOn(): void
  /** She is interrupted. */
  yieldTo(): void
}
