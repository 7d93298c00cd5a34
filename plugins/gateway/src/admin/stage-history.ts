import {quantilesOf} from '@essence/core/report/quantiles'
import type {TurnTimes} from '@essence/core/voice/events'

/** Turns remembered: a busy day, in under a megabyte. */
const maxTurns = 2000

/** Points of a series, whatever its length. */
const points = 48

const hourMs = 3_600_000

/** The stages people feel, by the names of their metrics. */
export const stages = ['decode', 'stt', 'ttft', 'ttfa', 'total'] as const

type Stage = (typeof stages)[number]

/** Median and 95th percentile in ms, by stage; one that did not happen is absent. */
type StageFigures = Partial<Record<Stage, {count: number; p50: number; p95: number}>>

interface TimedTurn {
  at: number
  channel: string
  times: TurnTimes
}

/** How long the stages of the last turns took, since the start of this process. */
export class StageHistory {
  readonly #turns: TimedTurn[] = []
  readonly #now: () => number
  #since: number

  /** @param now ms since 1970 */
  constructor(now: () => number = Date.now) {
    this.#now = now
    this.#since = now()
  }

  add(times: TurnTimes, channel: string): void {
    this.#turns.push({at: this.#now(), channel, times})
    if (this.#turns.length <= maxTurns) return
    this.#turns.shift()
    this.#since = this.#turns[0]?.at ?? this.#since
  }

  /** Of the last hours: of all channels, of each, and as a series over time. */
  summary(hours: number) {
    const from = this.#now() - hours * hourMs
    const step = (hours * hourMs) / points
    const turns = this.#turns.filter(({at}) => at > from)
    const channels = Map.groupBy(turns, ({channel}) => channel)
    const series = Map.groupBy(turns, ({at}) => Math.min(points - 1, Math.floor((at - from) / step)))
    return {
      /** From when on no turn is missing. */
      since: isoOf(this.#since),
      hours,
      turns: turns.length,
      stages: figuresOf(turns),
      channels: Object.fromEntries([...channels].map(([channel, its]) => [channel, figuresOf(its)])),
      series: Array.from({length: points}, (_, index) => ({
        at: isoOf(from + index * step),
        stages: figuresOf(series.get(index) ?? []),
      })),
    }
  }
}

const isoOf = (ms: number): string => new Date(ms).toISOString()

const figuresOf = (turns: readonly TimedTurn[]): StageFigures => {
  const found: StageFigures = {}
  for (const stage of stages) {
    const times = turns.flatMap(turn => turn.times[`${stage}Ms`] ?? [])
    const {p50, p95} = quantilesOf(times) ?? {}
    if (p50 !== undefined && p95 !== undefined) found[stage] = {count: times.length, p50, p95}
  }
  return found
}
