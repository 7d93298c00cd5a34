import type {TurnTimes} from '../voice/events.ts'

/** Turns remembered: enough for a median, few enough to follow a change. */
const kept = 50

type Stage = keyof TurnTimes

/** The last turns' times of each stage, for people who ask how fast June is. */
export class StageTimes {
  readonly #times = new Map<Stage, number[]>()

  add(times: TurnTimes): void {
    for (const [stage, ms] of Object.entries(times) as [Stage, number | undefined][]) {
      if (ms === undefined) continue
      this.#times.set(stage, [...(this.#times.get(stage) ?? []), ms].slice(-kept))
    }
  }

  /** The median in ms, undefined before the first turn. */
  median(stage: Stage): number | undefined {
    const sorted = (this.#times.get(stage) ?? []).toSorted((a, b) => a - b)
    return sorted[Math.floor((sorted.length - 1) / 2)]
  }
}
