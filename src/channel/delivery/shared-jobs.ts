import * as z from 'zod'
import {EssenceError} from '../../kit/errors.ts'
import type {Log} from '../../service/log.ts'
import type {SharedDatabase, Value} from '../../store/shared/shared.ts'
import {type Job, type Jobs, progressSchema, type Waiting} from './job.ts'
import {gone, keepDeadMs, keepDoneMs, Look, leaseMs} from './look.ts'

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
  const look = new Look()

  /** @throws CANCELLED where the job is another's */
  const mine = async (id: string, sql: string, values: readonly Value[]): Promise<void> => {
    const rows = await db.run(
      `update jobs set ${sql} where channel = ? and id = ? and holder = ? and ${open} returning id`,
      [...values, ...[channel, id, worker]],
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
    const [found] = await db.run(
      `update jobs set holder = ?, held_until = ?, alone = 0,
         crashes = crashes + case when holder is not null and alone = 1 and state = 'received' then 1 else 0 end,
         suspect = case when holder is not null and state = 'received' then 1 else suspect end
       where (holder is null or (held_until < ? and holder <> ?)) and ${open} and ordinal = (
         select j.ordinal from jobs j where j.channel = ? and j.${open} and j.after <= ?
           and (j.holder is null or (j.held_until < ? and j.holder <> ?))
           and not exists (
             select 1 from jobs k where k.channel = j.channel and k.lane = j.lane and k.${open} and k.ordinal < j.ordinal)
         order by j.ordinal limit 1)
       returning *`,
      [worker, at + leaseMs, at, worker, channel, at, at, worker],
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
          [channel, worker, ...ids],
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
        [failed ? 1 : 0, Math.ceil(after), why, channel, id, worker],
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
         where channel = ? and lane = ? and id <> ? and state = 'received' and holder is null`,
        about,
      )
      await db.run(`update jobs set stopped = 1 where channel = ? and lane = ? and id <> ? and ${open}`, about)
      look.tell()
    },
    async renew() {
      const rows = await db.run<{id: string}>(
        `update jobs set held_until = ? where channel = ? and holder = ? and ${open} returning id`,
        [now() + leaseMs, channel, worker],
      )
      return rows.map(({id}) => id)
    },
    async stopped() {
      const rows = await db.run<{id: string}>(
        `select id from jobs where channel = ? and holder = ? and stopped = 1 and ${open}`,
        [channel, worker],
      )
      return rows.map(({id}) => id)
    },
    async count() {
      const [found] = await db.run<{waiting: number; working: number; dead: number}>(
        `select count(case when ${open} and (holder is null or held_until < ?) then 1 end) as waiting,
                count(case when ${open} and held_until >= ? then 1 end) as working,
                count(case when state = 'dead' then 1 end) as dead
         from jobs where channel = ? and state <> 'done'`,
        [now(), now(), channel],
      )
      return found ?? {waiting: 0, working: 0, dead: 0}
    },
    async prune() {
      const before = (ms: number): number => now() - ms
      await db.run(
        `delete from jobs where channel = ? and state not in ('received', 'sending')
           and received_at < case when state = 'done' then cast(? as bigint) else cast(? as bigint) end`,
        [channel, before(keepDoneMs), before(keepDeadMs)],
      )
    },
    async reclaim() {
      await db.run(`update jobs set holder = ?, held_until = 0 where channel = ? and holder = ? and ${open}`, [
        ...[gone, channel, worker],
      ])
    },
    changed: signal => look.wait(signal),
    async close() {
      look.tell()
    },
  }
}

const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue('is no JSON')
        return z.NEVER
      }
    })
    .pipe(schema)

const flag = z.number().transform(n => n === 1)

const rowSchema = <Message, Progress>(message: z.ZodType<Message>, progress: z.ZodType<Progress>) =>
  z
    .object({
      id: z.string(),
      lane: z.string(),
      state: z.enum(['received', 'sending']),
      received_at: z.number(),
      content: json(message),
      progress: json(progress).nullish(),
      joined: json(z.array(z.string())).nullish(),
      mark: z.string().nullish(),
      crashes: z.number(),
      tries: z.number(),
      suspect: flag,
    })
    .transform(({received_at: receivedAt, content, progress, joined, mark, ...row}) => ({
      ...row,
      receivedAt,
      message: content,
      progress: progress ?? undefined,
      joined: joined ?? [],
      mark: mark ?? undefined,
    }))
