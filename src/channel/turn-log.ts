import type {Settings} from '../config/schema.ts'
import {messageOf} from '../kit/errors.ts'
import {loadOnce} from '../kit/load-once.ts'
import {openShared} from '../store/shared/open.ts'
import type {SharedDatabase} from '../store/shared/shared.ts'
import type {TurnTimes} from '../voice/events.ts'
import {readTurnRow, type TimedTurn, type UnreadableRow} from './turn-row.ts'

export type {TimedTurn} from './turn-row.ts'

/** Turns that are kept: a month of a busy house, in a few megabytes. */
const maxTurns = 50_000

/** Rows named in one message. */
const maxNamed = 10

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
  /** Rows that cannot be read are left out, and logged once. @throws STORE_UNAVAILABLE */
  find(query: TurnQuery): Promise<TimedTurn[]>
  close(): Promise<void>
}

/** The log that the settings name; its database is opened when something is first written or read. */
export const openTurnLog = (
  settings: Pick<Settings, 'JUNE_DATA_DIR' | 'POSTGRES_URL'>,
  log: (message: string) => void,
  now: () => number = Date.now,
): TurnLog => {
  let opened: Promise<SharedDatabase> | undefined
  const open = loadOnce(() => (opened = openShared({dataDir: settings.JUNE_DATA_DIR, url: settings.POSTGRES_URL})))
  let added = 0
  /** Rows that cannot be read, and are known to be so. */
  const told = new Set<number>()
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
      const rows = await db.run(
        `select ordinal, at, channel, times from turns where at > ? and (channel = ? or ? = '') order by ordinal desc limit ?`,
        [after, channel ?? '', channel ?? '', last],
      )
      const turns: TimedTurn[] = []
      const unreadable: UnreadableRow[] = []
      for (const row of rows.reverse().map(readTurnRow)) {
        if ('times' in row) turns.push(row)
        else if (!told.has(row.ordinal)) unreadable.push(row)
      }
      for (const {ordinal} of unreadable) told.add(ordinal)
      if (unreadable.length > 0) log(unreadableLine(unreadable, db.where))
      return turns
    },
    async close() {
      await (await opened?.catch(() => undefined))?.close()
    },
  }
}

const unreadableLine = (rows: readonly UnreadableRow[], where: string): string => {
  const named = rows.slice(0, maxNamed).map(({ordinal}) => ordinal)
  const more = rows.length - named.length
  const which = `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  const what = rows.length === 1 ? `Row ${which}` : `Rows ${which}`
  return `${what} of turns in ${where} cannot be read: ${rows[0]?.why}`
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
