import type {TimedTurn} from '../../channel/turn-log.ts'
import {quantilesOf} from '../../report/quantiles.ts'
import type {TurnTimes} from '../../voice/events.ts'
import {type Column, table} from '../table.ts'

/** What is told of each turn, by the names of the metrics. */
const stages = ['decode', 'stt', 'ttft', 'ttfa', 'llm', 'tts', 'total'] as const

type Stage = (typeof stages)[number]

export interface StageQuantiles {
  channel: string
  turns: number
  /** ms. */
  stages: Partial<Record<Stage, {p50: number; p95: number}>>
}

const msOf = (times: TurnTimes, stage: Stage): number | undefined => times[`${stage}Ms`]

/** Median and 95th percentile of each stage, of each channel. */
export const stageQuantiles = (turns: readonly TimedTurn[]): StageQuantiles[] =>
  [...Map.groupBy(turns, ({channel}) => channel)]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([channel, its]) => {
      const found: StageQuantiles['stages'] = {}
      for (const stage of stages) {
        const {p50, p95} = quantilesOf(its.flatMap(({times}) => msOf(times, stage) ?? [])) ?? {}
        if (p50 !== undefined && p95 !== undefined) found[stage] = {p50, p95}
      }
      return {channel, turns: its.length, stages: found}
    })

const stageColumns: readonly Column[] = stages.map(title => ({title, align: 'right'}))

const shown = (ms: number | undefined): string => (ms === undefined ? '' : String(Math.round(ms)))

/** Lines for people: each turn, and below them p50 and p95 of each channel, in ms. @param room columns of the terminal */
export const turnLines = (turns: readonly TimedTurn[], room: number): string[] => {
  const format = new Intl.DateTimeFormat('sv', {dateStyle: 'short', timeStyle: 'medium'})
  const rows = turns.map(({at, channel, times}) => [
    ...[format.format(at), channel],
    ...stages.map(stage => shown(msOf(times, stage))),
  ])
  const figures = stageQuantiles(turns).flatMap(({channel, turns, stages: its}) => [
    [`p50 of ${turns}`, channel, ...stages.map(stage => shown(its[stage]?.p50))],
    [`p95 of ${turns}`, channel, ...stages.map(stage => shown(its[stage]?.p95))],
  ])
  const columns: Column[] = [{title: 'turn'}, {title: 'channel'}, ...stageColumns]
  return table(columns, [...rows, '', ...figures], room)
}
