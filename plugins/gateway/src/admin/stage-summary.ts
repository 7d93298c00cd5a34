import type {TimedTurn} from '@essence/core/channel/turn-log'
import {quantilesOf} from '@essence/core/report/quantiles'

/** Points of a series, whatever its length. */
const points = 48

export const hourMs = 3_600_000

/** The stages people feel, by the names of their metrics. */
export const stages = ['decode', 'stt', 'ttft', 'ttfa', 'total'] as const

type Stage = (typeof stages)[number]

/** Median and 95th percentile in ms, by stage; one that did not happen is absent. */
type StageFigures = Partial<Record<Stage, {count: number; p50: number; p95: number}>>

/** Of turns of the last hours: all channels, each of them, and as a series over time. @param now ms since 1970 */
export const stageSummary = (turns: readonly TimedTurn[], hours: number, now: number) => {
  const from = now - hours * hourMs
  const step = (hours * hourMs) / points
  const channels = Map.groupBy(turns, ({channel}) => channel)
  const series = Map.groupBy(turns, ({at}) => Math.min(points - 1, Math.floor((at - from) / step)))
  return {
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
