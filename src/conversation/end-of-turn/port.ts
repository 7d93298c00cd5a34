/** How readily June takes the word: `low` lets the person think, `high` answers sooner; `auto` is `medium`. */
export type Eagerness = 'low' | 'medium' | 'high' | 'auto'

/** When a turn of the person is over. */
export interface TurnEnding {
  /** What ends it: the detector, a fixed silence, or only `commit`. Default `detector`. */
  endedBy: 'detector' | 'silence' | 'commit'
  /** Of the detector. Default `auto`. */
  eagerness: Eagerness
  /** ms of silence that end a turn, where that is what ends it. Default 500. */
  silenceMs: number
}

/** Tells from the sound of a person's turn whether it is over or only pauses. */
export interface EndOfTurnDetector {
  /** For people: "Smart Turn (smart-turn-v3.2-cpu.onnx)", and why where it is not the best. */
  readonly description: string
  /**
   * @param audio the turn so far and the silence after it: mono, 16 kHz, −1..1, any length; the last 8 s count
   * @returns the probability that the turn is over, 0..1
   * @throws CANCELLED, ENGINE_FAILED, ENGINE_UNAVAILABLE (closed)
   */
  endOfTurn(audio: Float32Array, signal?: AbortSignal): Promise<number>
  close(): Promise<void>
}
