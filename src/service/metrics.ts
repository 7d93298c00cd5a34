import {Counter, collectDefaultMetrics, Gauge, Histogram, Registry} from 'prom-client'
import type {Settings} from '../config/schema.ts'
import type {ErrorCode} from '../kit/errors.ts'

/** How a turn ended: `cancelled` by a person or a stop, or the code of what went wrong. */
export type TurnResult = 'ok' | 'cancelled' | Exclude<ErrorCode, 'CANCELLED'>

export type StageName = 'decode' | 'stt' | 'ttft' | 'llm' | 'ttfa' | 'leadIn' | 'tts' | 'total'

/** Seconds; from a warm GPU stage (tens of ms) to a long answer on a CPU. */
const turnBuckets = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 13, 21, 34, 60]

/** Stage name in TurnTimes (`sttMs`) → label (`stt`). */
const stageOf = (key: string): StageName => key.slice(0, -'Ms'.length) as StageName

/**
 * The metrics every service has, in a registry of its own; event-loop delay and memory are among the defaults. Where they are not
 * enabled, those are not measured, and nothing is offered; the rest is counted all the same, which costs nothing.
 */
export const openMetrics = ({ENABLE_METRICS: offered}: Pick<Settings, 'ENABLE_METRICS'> = {ENABLE_METRICS: true}) => {
  const registry = new Registry()
  if (offered) collectDefaultMetrics({register: registry})
  const turnSeconds = new Histogram({
    name: 'june_turn_stage_seconds',
    help: 'Time of each stage of a voice turn; ttft and ttfa are times to first token and first audio of the answer',
    labelNames: ['channel', 'stage'] as const,
    buckets: turnBuckets,
    registers: [registry],
  })
  const turns = new Counter({
    name: 'june_turns_total',
    help: 'Voice turns by channel and how they ended (ok, cancelled, or an error code)',
    labelNames: ['channel', 'result'] as const,
    registers: [registry],
  })
  const cut = new Counter({
    name: 'june_answers_cut_total',
    help: 'Answers ended before their end, by channel and reason (repetition: they turned in circles)',
    labelNames: ['channel', 'reason'] as const,
    registers: [registry],
  })
  const running = new Gauge({
    name: 'june_turns_running',
    help: 'Voice turns being worked on',
    labelNames: ['channel'] as const,
    registers: [registry],
  })
  return {
    registry,
    /** `GET /metrics` answers. */
    offered,
    /** A figure that is looked at when it is asked for. */
    watch: (name: string, help: string, read: () => number): void => {
      const gauge: Gauge = new Gauge({name, help, registers: [registry], collect: () => gauge.set(read())})
    },
    turnStarted: (channel: string) => running.inc({channel}),
    answerCut: (channel: string, reason: string) => cut.inc({channel, reason}),
    /** @param times milliseconds by stage, as in `TurnTimes`; absent when the turn failed */
    turnEnded: (channel: string, result: TurnResult, times?: object) => {
      running.dec({channel})
      turns.inc({channel, result})
      for (const [key, ms] of Object.entries(times ?? {})) {
        if (typeof ms === 'number') turnSeconds.observe({channel, stage: stageOf(key)}, ms / 1000)
      }
    },
  }
}

export type Metrics = ReturnType<typeof openMetrics>
