import * as z from 'zod'
import type {Settings} from '../config/schema.ts'
import {defined} from '../kit/defined.ts'
import {messageOf} from '../kit/errors.ts'
import {loadOnce} from '../kit/load-once.ts'
import {openShared} from '../store/shared/open.ts'
import type {SharedDatabase} from '../store/shared/shared.ts'
import type {TurnTimes} from '../voice/events.ts'

/** Turns that are kept: a month of a busy house, in a few megabytes. */
const maxTurns = 50_000

/** A turn that came to its end. */
export interface TimedTurn {
  /** ms since the epoch. */
  at: number
  /** `telegram`, `web`, … */
  channel: string
  times: TurnTimes
}

export interface TurnQuery {
  /** The newest so many; they come oldest first. */
  last?: number | undefined
  /** ms since the epoch: only later ones. */
  after?: number | undefined
  channel?: string | undefined
}

/** How long the stages of turns took, of all channels of this machine. */
export interface TurnLog {
  /** Never fails: what cannot be written is logged. */
  add(times: TurnTimes, channel: string): void
  /** @throws STORE_UNAVAILABLE */
  find(query: TurnQuery): Promise<TimedTurn[]>
  close(): Promise<void>
}

const ms = z.number().optional()

const timesSchema = z.object({
  ...{decodeMs: ms, sttMs: ms, ttftMs: ms, llmMs: ms, ttfaMs: ms, leadInMs: ms, ttsMs: ms},
  totalMs: z.number(),
})

/** The log that the settings name; its database is opened when something is first written or read. */
export const openTurnLog = (
  settings: Pick<Settings, 'JUNE_DATA_DIR' | 'POSTGRES_URL'>,
  log: (message: string) => void,
  now: () => number = Date.now,
): TurnLog => {
  let opened: Promise<SharedDatabase> | undefined
  const open = loadOnce(() => (opened = openShared({dataDir: settings.JUNE_DATA_DIR, url: settings.POSTGRES_URL})))
  let added = 0
  const write = async (times: TurnTimes, channel: string): Promise<void> => {
    const db = await open()
    const [row] = await db.run<{ordinal: number}>(
      'insert into turns (at, channel, times) values (?, ?, ?) returning ordinal',
      [now(), channel, JSON.stringify(times)],
      {lasts: false},
    )
    if (added++ % 1000 === 0 && row) await db.run('delete from turns where ordinal <= ?', [row.ordinal - maxTurns])
  }
  return {
    add: (times, channel) =>
      void write(times, channel).catch(error => log(`The times of a turn are not kept: ${messageOf(error)}`)),
    async find({last = maxTurns, after = 0, channel}) {
      const db = await open()
      const rows = await db.run<{at: number; channel: string; times: string}>(
        `select at, channel, times from turns where at > ? and (channel = ? or ? = '') order by ordinal desc limit ?`,
        [after, channel ?? '', channel ?? '', last],
      )
      return rows
        .flatMap(({times, ...row}) => {
          const {data} = timesSchema.safeParse(JSON.parse(times))
          return data ? [{...row, times: {...defined(data), totalMs: data.totalMs}}] : []
        })
        .reverse()
    },
    async close() {
      await (await opened?.catch(() => undefined))?.close()
    },
  }
}

/** The same in memory, for a service that keeps nothing. */
export const memoryTurnLog = (now: () => number = Date.now): TurnLog => {
  const turns: TimedTurn[] = []
  return {
    add(times, channel) {
      turns.push({at: now(), channel, times})
      if (turns.length > 2000) turns.shift()
    },
    find: async ({last = maxTurns, after = 0, channel}) =>
      turns.filter(turn => turn.at > after && (channel === undefined || turn.channel === channel)).slice(-last),
    close: async () => {},
  }
}
