import {randomUUID} from 'node:crypto'
import * as z from 'zod'
import {EssenceError} from '../../kit/errors.ts'
import type {Log} from '../../service/log.ts'
import type {SharedDatabase, Value} from '../../store/shared/shared.ts'
import {type Job, type Jobs, progressSchema, type Waiting} from './job.ts'
import {rowSchema} from './job-row.ts'
import {gone, keepDeadMs, keepDoneMs, Look, leaseMs} from './look.ts'

/** Nothing is held, or left alone, for so long: what lies further ahead was written before the clock was set back. */
const maxAheadMs = 300_000

const open = "state in ('received', 'sending')"

export interface SharedJobsOptions<Message, Part> {
  db: SharedDatabase
  /** `telegram:4711`: one of several bots of a machine. */
  channel: string
  /** Name of this worker among those of the channel; a process that starts with it takes back what an earlier one had. */
  worker: string
  /** What is kept of a message, and of each part of its answer; what they do not name is not stored. */
  message: z.ZodType<Message>
  part: z.ZodType<Part>
  now: () => number
  log: Log
}

/** Jobs as rows of a database that processes share. */
export const sharedJobs = <Message, Part>(options: SharedJobsOptions<Message, Part>): Jobs<Message, Part> => {
  const {db, channel, worker, message: messageSchema, part, now, log} = options
  const progress = progressSchema(part)
  const row = rowSchema(messageSchema, progress)
  // Of this process alone: where two have one name, neither takes the jobs of the other for its own.
  const holder = `${randomUUID()} ${worker}`
  const look = new Look()

  /** @throws CANCELLED where the job is another's */
  const mine = async (id: string, sql: string, values: readonly Value[]): Promise<void> => {
    const rows = await db.run(
      `update jobs set ${sql} where channel = ? and id = ? and holder = ? and ${open} returning id`,
      [...values, ...[channel, id, holder]],
    )
    if (rows.length === 0) throw new EssenceError('CANCELLED', `Job ${id} is another worker's by now.`)
  }

  const bury = async (id: string, failure: string): Promise<void> => {
    log.error({id, failure}, 'a stored message is unreadable; it is set aside and not answered')
    await db.run("update jobs set state = 'dead', failure = ?, holder = null where channel = ? and id = ?", [
      ...[failure, channel, id],
    ])
  }

  const claim = async (): Promise<Job<Message, Part> | undefined> => {
    const at = now()
    const lapsed = [at, at + maxAheadMs, holder]
    const [found] = await db.run(
      `update jobs set holder = ?, held_until = ?, alone = 0,
         crashes = crashes + case when holder is not null and alone = 1 and state = 'received' then 1 else 0 end,
         suspect = case when holder is not null and state = 'received' then 1 else suspect end
       where (holder is null or ((held_until < ? or held_until > ?) and holder <> ?)) and ${open} and ordinal = (
         with heads as materialized (select min(ordinal) as ordinal from jobs where channel = ? and ${open} group by lane)
         select j.ordinal from heads join jobs j on j.ordinal = heads.ordinal
         where (j.after <= ? or j.after > ?)
           and (j.holder is null or ((j.held_until < ? or j.held_until > ?) and j.holder <> ?))
         order by j.ordinal limit 1)
       returning *`,
      [holder, at + leaseMs, ...lapsed, channel, at, at + maxAheadMs, ...lapsed],
      // Without power nobody holds anything.
      {lasts: false},
    )
    if (!found) return undefined
    const read = row.safeParse(found)
    if (read.success) return read.data as Job<Message, Part>
    await bury(String(found['id']), z.prettifyError(read.error))
    return claim()
  }

  return {
    claim,
    async knows(id) {
      return (await db.run('select 1 from jobs where channel = ? and id = ?', [channel, id])).length > 0
    },
    async receive({id, lane, message}) {
      const content = JSON.stringify(messageSchema.parse(message))
      await db.run(
        `insert into jobs (channel, id, lane, state, received_at, content) values (?, ?, ?, 'received', ?, ?)
         on conflict (channel, id) do nothing`,
        [channel, id, lane, now(), content],
      )
      look.tell()
    },
    async change(id, {state, progress: sent, joined, mark, alone}) {
      const given: [string, Value][] = []
      if (state) given.push(['state', state])
      if (sent) given.push(['progress', JSON.stringify(progress.parse(sent))])
      if (joined) given.push(['joined', JSON.stringify(joined)])
      if (mark !== undefined) given.push(['mark', mark])
      if (alone !== undefined) given.push(['alone', alone ? 1 : 0])
      const sets = given.map(([column]) => `${column} = ?`)
      await mine(
        id,
        sets.join(', '),
        given.map(([, value]) => value),
      )
    },
    async end(id, end, joined = []) {
      if (end.state === 'dead')
        await mine(id, "state = 'dead', failure = ?, progress = null, holder = null", [end.failure])
      const ids = end.state === 'done' ? [id, ...joined] : joined
      if (ids.length > 0) {
        const ended = await db.run(
          `update jobs set state = 'done', content = null, progress = null, mark = null, holder = null
           where channel = ? and ${open} and (holder is null or holder = ?) and id in (${ids.map(() => '?')}) returning id`,
          [channel, holder, ...ids],
        )
        if (end.state === 'done' && !ended.some(row => row['id'] === id)) {
          throw new EssenceError('CANCELLED', `Job ${id} is another worker's by now.`)
        }
      }
      look.tell()
    },
    async drop(ids) {
      if (ids.length === 0) return
      await db.run(
        `update jobs set state = 'done', content = null
         where channel = ? and state = 'received' and holder is null and id in (${ids.map(() => '?')})`,
        [channel, ...ids],
      )
    },
    async release(id, failed) {
      const {why = null, after = 0} = failed ?? {}
      await db.run(
        `update jobs set holder = null, alone = 0, tries = tries + ?, after = ?, failure = ?
         where channel = ? and id = ? and holder = ? and ${open}`,
        [failed ? 1 : 0, Math.ceil(after), why, channel, id, holder],
      )
      look.tell()
    },
    async waiting(lane) {
      const rows = await db.run(
        `select * from jobs where channel = ? and lane = ? and state = 'received' and ${open} and holder is null order by ordinal`,
        [channel, lane],
      )
      return rows.flatMap(found => row.safeParse(found).data ?? []) as Waiting<Message>[]
    },
    async stop(lane, except) {
      const about = [channel, lane, except]
      await db.run(
        `update jobs set state = 'done', content = null
         where channel = ? and lane = ? and id <> ? and state = 'received' and ${open} and holder is null`,
        about,
      )
      await db.run(`update jobs set stopped = 1 where channel = ? and lane = ? and id <> ? and ${open}`, about)
      look.tell()
    },
    async renew() {
      const rows = await db.run<{id: string}>(
        `update jobs set held_until = ? where channel = ? and holder = ? and ${open} returning id`,
        [now() + leaseMs, channel, holder],
        {lasts: false},
      )
      return rows.map(({id}) => id)
    },
    async stopped() {
      const rows = await db.run<{id: string}>(
        `select id from jobs where channel = ? and holder = ? and stopped = 1 and ${open}`,
        [channel, holder],
      )
      return rows.map(({id}) => id)
    },
    async count() {
      const all = `select count(*) from jobs where channel = ? and`
      const [found] = await db.run<{waiting: number; working: number; dead: number}>(
        `select (${all} ${open} and (holder is null or held_until < ?)) as waiting,
                (${all} ${open} and holder is not null and held_until >= ?) as working,
                (${all} state = 'dead') as dead`,
        [channel, now(), channel, now(), channel],
      )
      return found ?? {waiting: 0, working: 0, dead: 0}
    },
    async prune() {
      const before = (ms: number): number => now() - ms
      await db.run(
        `delete from jobs where channel = ? and state not in ('received', 'sending')
           and received_at < ? and (state = 'done' or received_at < ?)`,
        [channel, before(keepDoneMs), before(keepDeadMs)],
      )
    },
    async reclaim() {
      // Behind a number of 36 letters stands the name.
      await db.run(
        `update jobs set holder = ?, held_until = 0
         where channel = ? and substr(holder, 38) = ? and holder <> ? and ${open}`,
        [gone, channel, worker, holder],
      )
    },
    changed: signal => look.wait(signal),
    async close() {
      look.tell()
    },
  }
}
