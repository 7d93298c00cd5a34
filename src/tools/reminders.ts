import {randomUUID} from 'node:crypto'
import {and, asc, eq, inArray, isNull, lt, notInArray, or, sql} from 'drizzle-orm'
import {messageOf} from '../kit/errors.ts'
import {backoffMs} from '../kit/flow/backoff.ts'
import {Condition} from '../kit/flow/condition.ts'
import {askStore} from '../store/ask-store.ts'
import {reminders as table} from '../store/schema.ts'
import type {Store} from '../store/store.ts'
import {storable} from './audit.ts'
import type {Reminder, Reminders} from './port.ts'

export interface RemindersOptions {
  store: Store
  /** Another clock, for tests. */
  now?: (() => Date) | undefined
  /** ms after which the database is asked again for what another process may have set. Default 15 000. */
  pollMs?: number | undefined
  /** ms after which another process may deliver what this one held when it was killed. Default 30 000. */
  leaseMs?: number | undefined
  /** Called when the database cannot be asked; it is asked again. */
  onProblem?: ((message: string) => void) | undefined
}

const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i
const firstPauseMs = 500
const maxPauseMs = 30_000

/**
 * Timers and reminders, kept in the database. `due` gives what is overdue at once. What one subscriber of a channel was given no other
 * gets, in this process or in another one on the same database, until it ends without having delivered it, or its process does. A process
 * that cannot reach the database for so long may lose what it holds: it then may come twice. What sets and asks throws STORE_UNAVAILABLE
 * where the database cannot be used; `due` waits for it.
 */
export const openReminders = ({
  store,
  now = () => new Date(),
  pollMs = 15_000,
  leaseMs = 30_000,
  onProblem,
}: RemindersOptions): Reminders => {
  const ask = askStore(store)
  const {cipher} = store
  const opened = ({language, ...row}: Row): Reminder => ({
    ...row,
    text: cipher.open(row.text, 'reminders.text', row),
    language: language ?? undefined,
  })
  const held = new Set<string>()
  const change = new Condition()
  const closing = new AbortController()
  let changes = 0
  const changed = (): void => {
    changes++
    change.changed()
  }

  const open = and(isNull(table.deliveredAt), isNull(table.cancelledAt))
  const holder = randomUUID()
  // By the clock of the database: those of its processes may differ.
  const heldUntil = sql`clock_timestamp() + ${leaseMs} * interval '1 ms'`
  // The embedded database has one process: what another one held is free.
  const isOver = or(isNull(table.heldUntil), lt(table.heldUntil, sql`clock_timestamp()`), eq(table.holder, holder))
  const free = store.kind === 'pglite' ? undefined : isOver
  const renewal = setInterval(() => {
    if (held.size === 0) return
    const mine = and(inArray(table.id, [...held]), eq(table.holder, holder))
    ask(db => db.update(table).set({heldUntil}).where(mine)).catch(error =>
      onProblem?.(`Reminders that are being delivered cannot be held: ${messageOf(error)}`),
    )
  }, leaseMs / 3).unref()

  /** Takes one, where it is still open and no other process has. */
  const take = async (id: string): Promise<boolean> => {
    const taken = await ask(db =>
      db
        .update(table)
        .set({holder, heldUntil})
        .where(and(eq(table.id, id), open, free))
        .returning({id: table.id}),
    )
    return taken.length === 1
  }
  /** Leaves to others what was not delivered. Where that fails, they wait until the lease is over. */
  const letGo = async (ids: string[]): Promise<void> => {
    const mine = and(inArray(table.id, ids), eq(table.holder, holder))
    await ask(db => db.update(table).set({holder: null, heldUntil: null}).where(mine)).catch(() => {})
  }

  /** The soonest of a channel that nobody holds, due or not. */
  const next = async (channel: string): Promise<Reminder | undefined> => {
    const notHere = held.size > 0 ? notInArray(table.id, [...held]) : undefined
    const [row] = await ask(db =>
      db
        .select(columns)
        .from(table)
        .where(and(eq(table.channel, channel), open, free, notHere))
        .orderBy(asc(table.dueAt))
        .limit(1),
    )
    return row && opened(row)
  }

  /** Until something was set, cancelled or let go since `seen`, or `ms` are over. */
  const pause = async (ms: number, seen: number, signal: AbortSignal): Promise<void> => {
    let isOver = false
    const timer = setTimeout(
      () => {
        isOver = true
        change.changed()
      },
      Math.min(ms, pollMs),
    )
    await change.until(() => isOver || changes !== seen, signal)
    clearTimeout(timer)
  }

  /** Waits until one of a channel is due, and holds it. Undefined when the signal aborts first. */
  const hold = async (channel: string, signal: AbortSignal): Promise<Reminder | undefined> => {
    for (let failures = 0; !signal.aborted; ) {
      const seen = changes
      try {
        const soonest = await next(channel)
        failures = 0
        const waitMs = soonest ? soonest.dueAt.getTime() - now().getTime() : pollMs
        if (!soonest || waitMs > 0) await pause(waitMs, seen, signal)
        // Another subscriber may have asked at the same time.
        else if (!held.has(soonest.id)) {
          held.add(soonest.id)
          const isMine = await take(soonest.id).catch(error => {
            held.delete(soonest.id)
            throw error
          })
          if (isMine) return soonest
          held.delete(soonest.id)
        }
      } catch (error) {
        onProblem?.(`Reminders cannot be read: ${messageOf(error)}`)
        await pause(backoffMs(++failures, firstPauseMs, maxPauseMs), seen, signal)
      }
    }
    return undefined
  }

  return {
    async set({speaker, session, channel, kind, text, language, dueAt}) {
      const row = {id: randomUUID(), speaker}
      const sealed = cipher.seal(storable(text), 'reminders.text', row)
      const values = {...row, session, channel, kind, text: sealed, language, dueAt, createdAt: now()}
      const [kept] = await ask(db => db.insert(table).values(values).returning(columns))
      changed()
      return opened(kept as Row)
    },
    async list(speaker) {
      const rows = await ask(db =>
        db
          .select(columns)
          .from(table)
          .where(and(eq(table.speaker, speaker), open))
          .orderBy(asc(table.dueAt)),
      )
      return rows.map(opened)
    },
    async cancel(speaker, id) {
      if (!uuid.test(id)) return false
      const cancelled = await ask(db =>
        db
          .update(table)
          .set({cancelledAt: now()})
          .where(and(eq(table.id, id), eq(table.speaker, speaker), open))
          .returning({id: table.id}),
      )
      changed()
      return cancelled.length === 1
    },
    async *due(channel, signal) {
      const ended = AbortSignal.any([signal, closing.signal])
      const mine = new Set<string>()
      try {
        for (;;) {
          const reminder = await hold(channel, ended)
          if (!reminder) return
          mine.add(reminder.id)
          yield reminder
        }
      } finally {
        if (mine.size > 0) await letGo([...mine])
        for (const id of mine) held.delete(id)
        changed()
      }
    },
    async delivered(id) {
      if (!uuid.test(id)) return
      await ask(db =>
        db
          .update(table)
          .set({deliveredAt: now()})
          .where(and(eq(table.id, id), open)),
      )
    },
    async close() {
      clearInterval(renewal)
      closing.abort()
      if (held.size > 0) await letGo([...held])
    },
  }
}

const {id, speaker, session, channel, kind, text, language, dueAt} = table
const columns = {id, speaker, session, channel, kind, text, language, dueAt}

type Row = Omit<Reminder, 'language'> & {language: string | null}
