import * as z from 'zod'
import {defined} from '../kit/defined.ts'
import {messageOf} from '../kit/errors.ts'
import type {TurnTimes} from '../voice/events.ts'

/** A turn that came to its end. */
export interface TimedTurn {
  /** ms since the epoch. */
  at: number
  /** `telegram`, `web`, … */
  channel: string
  times: TurnTimes
}

/** A row that this version cannot read: it is damaged, or another version wrote it. */
export interface UnreadableRow {
  ordinal: number
  why: string
}

const ms = z.number().optional()

const times = z.object({
  ...{decodeMs: ms, sttMs: ms, ttftMs: ms, llmMs: ms, ttfaMs: ms, leadInMs: ms, ttsMs: ms},
  totalMs: z.number(),
})

const json = z.string().transform((text, {issues}): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    issues.push({code: 'custom', message: messageOf(error), input: text})
    return z.NEVER
  }
})

/** The last moment that a date can be: https://tc39.es/ecma262/#sec-time-values-and-time-range */
const latest = 8.64e15

const turnRow = z.object({at: z.int().min(0).max(latest), channel: z.string(), times: json.pipe(times)})

/** A row of `turns`. */
export const readTurnRow = (row: Record<string, unknown>): TimedTurn | UnreadableRow => {
  const {data, error} = turnRow.safeParse(row)
  if (data) return {...data, times: {...defined(data.times), totalMs: data.times.totalMs}}
  const [issue] = error.issues
  return {ordinal: Number(row['ordinal']), why: `${issue?.path.join('.')}: ${issue?.message}`}
}
