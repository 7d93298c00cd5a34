import {randomUUID} from 'node:crypto'
import * as z from 'zod'
import {EssenceError} from '../../kit/errors.ts'
import type {Log} from '../../service/log.ts'
import type {SharedDatabase, Value} from '../../store/shared/shared.ts'
import {type Clocks, ClockWatch, clockWasSet} from './clock-watch.ts'
import {type Job, type Jobs, progressSchema, type Waiting} from './job.ts'
import {rowSchema} from './job-row.ts'
import {gone, keepDeadMs, keepDoneMs, Look, leaseMs} from './look.ts'

/** Nothing is held for so long: what lies further ahead was written before the clock was set back. */
const maxAheadMs = 300_000

const open = "state in ('received', 'sending')"

export interface SharedJobsOptions<Message, Part> extends Clocks {
  db: SharedDatabase
  /** `telegram:4711`: one of several bots of a machine. */
  channel: string
  /** Name of this worker among those of the channel; a process that starts with it takes back what an earlier one had. */
  worker: string
  /** What is kept of a message, and of each part of its answer; what they do not name is not stored. */
  message: z.ZodType<Message>
  part: z.ZodType<Part>
  log: Log
}

/** Jobs as rows of a database that processes share. */
export const sharedJobs = <Message, Part>(options: SharedJobsOptions<Message, Part>): Jobs<Message, Part> => {
  const {db, channel, worker, message: messageSchema, part, log} = options
  const progress = progressSchema(part)
  const row = rowSchema(messageSchema, progress)
  // Of this process alone: where two have one name, neither takes the jobs of the other for its own.
  const holder = `${randomUUID()} ${worker}`
  const look = new Look()
  const watch = new ClockWatch(options, async at => {
    log.warn(clockWasSet)
    // Pauses begin anew.
    await db.run(
      `update jobs set received_at = ?, after = case when waits_from = 0 then after else ? + after - waits_from end,
         waits_from = case when waits_from = 0 then waits_from else ? end where channel = ?`,
      [at, at, at, channel],
    )
  })

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
    const at = await watch.time()
    // Whoever lives renews what it has by the clock as it was set; what of them is known to be gone is free.
    const lapsed = watch.ranFor(leaseMs) ? [at, at + maxAheadMs, holder] : [0, Number.MAX_SAFE_INTEGER, holder]
    // One that pauses ends no process.
    const [found] = await db.run(
      `update jobs set holder = ?, held_until = ?, alone = 0, after = 0, waits_from = 0,
         crashes = crashes +
           case when holder is not null and alone = 1 and state = 'received' and waits_from = 0 then 1 else 0 end,
         suspect = case when holder is not null and state = 'received' and waits_from = 0 then 1 else suspect end
       where (holder is null or ((held_until < ? or held_until > ?) and holder <> ?)) and ${open} and ordinal = (
         with heads as materialized (select min(ordinal) as ordinal from jobs where channel = ? and ${open} group by lane)
         select j.ordinal from heads join jobs j on j.ordinal = heads.ordinal
         where (j.after <= ? or j.waits_from > ?)
           and (j.holder is null or ((j.held_until < ? or j.held_until > ?) and j.holder <> ?))
         order by j.ordinal limit 1)
       returning *`,
      [holder, at + leaseMs, ...lapsed, channel, at, at, ...lapsed],
      // Without power nobody holds anything.
      {lasts: false},
    )
    if (!found) return undefined
    const read = row.safeParse(found)
    if (read.success) {
      const {receivedAt, ...job} = read.data
      return {...job, ageMs: at - receivedAt} as Job<Message, Part>
    }
    await bury(String(found['id']), z.prettifyError(read.error))
    return claim()
  }

  return {
    claim,
    async knows(id) {
      return (await db.run('select 1 from jobs where channel = ? and id = ?', [channel, id])).length > 0
    },
    async receive({id, lane, message, receivedAt, progress: sent}) {
      const content = JSON.stringify(messageSchema.parse(message))
      const sending = sent ? JSON.stringify(progress.parse(sent)) : null
      await db.run(
        `insert into jobs (channel, id, lane, state, received_at, content, progress) values (?, ?, ?, ?, ?, ?, ?)
         on conflict (channel, id) do nothing`,
        [channel, id, lane, sending ? 'sending' : 'received', receivedAt ?? (await watch.time()), content, sending],
      )
      look.tell()
    },
    async change(id, {state, progress: sent, joined, mark, alone, waitMs}) {
      const given: [string, Value][] = []
      if (state) given.push(['state', state])
      if (sent) given.push(['progress', JSON.stringify(progress.parse(sent))])
      if (joined) given.push(['joined', JSON.stringify(joined)])
      if (mark !== undefined) given.push(['mark', mark])
      if (alone !== undefined) given.push(['alone', alone ? 1 : 0])
      if (waitMs !== undefined) {
        const at = await watch.time()
        given.push(['after', at + Math.ceil(waitMs)], ['waits_from', at])
      }
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
    async release(id, setback) {
      const ours = `where channel = ? and id = ? and holder = ? and ${open}`
      if (!setback) await db.run(`update jobs set holder = null, alone = 0 ${ours}`, [channel, id, holder])
      else {
        const {why, afterMs, outage} = setback
        const at = await watch.time()
        await db.run(
          `update jobs set holder = null, alone = 0, ${outage ? 'outages = outages + 1' : 'tries = tries + 1'},
             after = ?, waits_from = ?, failure = ? ${ours}`,
          [at + Math.ceil(afterMs), at, why, channel, id, holder],
        )
      }
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
        [(await watch.time()) + leaseMs, channel, holder],
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
      const at = await watch.time()
      const all = `select count(*) from jobs where channel = ? and`
      const [found] = await db.run<{waiting: number; working: number; dead: number}>(
        `select (${all} ${open} and (holder is null or held_until < ?)) as waiting,
                (${all} ${open} and holder is not null and held_until >= ?) as working,
                (${all} state = 'dead') as dead`,
        [channel, at, channel, at, channel],
      )
      return found ?? {waiting: 0, working: 0, dead: 0}
    },
    async prune() {
      const at = await watch.time()
      await db.run(
        `delete from jobs where channel = ? and state not in ('received', 'sending')
           and received_at < ? and (state = 'done' or received_at < ?)`,
        [channel, at - keepDoneMs, at - keepDeadMs],
      )
    },
    async reclaim() {
      // Behind a number of 36 letters stands the name.
      await db.run(
        `update jobs set holder = ?, held_until = -1
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
