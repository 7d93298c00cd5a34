import type * as z from 'zod'
import type {Log} from '../../../service/log.ts'
import {type Clocks, ClockWatch, clockWasSet} from '../clock-watch.ts'
import {type Jobs, progressSchema, type Waiting} from '../job.ts'
import {keepDeadMs, keepDoneMs, Look} from '../look.ts'
import {Bucket, token} from './bucket.ts'
import {Claims} from './claims.ts'
import type {Nats} from './connection.ts'
import {closed, isOpen, type JobRecord, jobRecord, newRecord, pausing, readJob, received} from './job-record.ts'
import {LaneQueue, type LaneWord} from './lane-queue.ts'
import {Lanes} from './lanes.ts'

export interface NatsJobsOptions<Message, Part> extends Clocks {
  nats: Nats
  /** `telegram:4711`: one of several bots. */
  channel: string
  /** Name of this worker among those of the channel; a process that starts with it takes back what an earlier one had. */
  worker: string
  /** What is kept of a message, and of each part of its answer; what they do not name is not stored. */
  message: z.ZodType<Message>
  part: z.ZodType<Part>
  log: Log
}

/** ms an idle worker waits for word of a lane at a time. */
const waitMs = 5000

/**
 * Jobs in NATS JetStream: each a record of a key-value bucket, changed by compare-and-set, so that a worker that was thought dead
 * can record nothing any more; of each lane a record with its jobs in order; and a work queue with a word for each lane that has work.
 */
export const natsJobs = <Message, Part>(options: NatsJobsOptions<Message, Part>): Jobs<Message, Part> => {
  const {nats, worker, message: messageSchema, part, log} = options
  const channel = token(options.channel)
  const bucket = new Bucket(nats, 'voice_jobs')
  const lanes = new Lanes(bucket, channel)
  const queue = new LaneQueue(nats, channel)
  const look = new Look()
  const keyOf = (id: string): string => `job.${channel}.${token(id)}`
  const deadKeyOf = (id: string): string => `dead.${channel}.${token(id)}`
  const progress = progressSchema(part)
  const read = (record: JobRecord, at = 0) => readJob(record, at, {message: messageSchema, progress})
  const recordOf = async (id: string): Promise<JobRecord | undefined> => (await bucket.read(keyOf(id), jobRecord)).value
  const bury = async ({id, lane}: JobRecord, failure: string): Promise<void> => {
    log.error({id, failure}, 'a stored message is unreadable; it is set aside and not answered')
    await bucket.alter(keyOf(id), jobRecord, record => record && {...record, state: 'dead' as const, failure})
    await markDead(id)
    await lanes.take(lane, [id])
  }
  const markDead = (id: string) => bucket.alter(deadKeyOf(id), jobRecord.pick({id: true}), known => known ?? {id})
  const watch = new ClockWatch(options, async at => {
    log.warn(clockWasSet)
    for await (const {key, value} of bucket.all(`job.${channel}.*`, jobRecord))
      if (value) await bucket.alter(key, jobRecord, record => record && received(record, at))
  })
  const claims = new Claims({bucket, lanes, queue, worker, keyOf, watch})
  let pulling: Promise<void> | undefined
  /** Written at each stop: as long as it stays as it is, nobody has said stop. */
  const stopKey = `stop.${channel}`
  let stopSeen = 0
  /** The last look found nothing: word of a lane is welcome. */
  let isIdle = false
  let isClosed = false

  /** Ends jobs that nobody has begun. @returns whether it was one of them */
  const endWaiting = async (id: string): Promise<boolean> => {
    const {value} = await bucket.alter(keyOf(id), jobRecord, record =>
      record?.state === 'received' && record.holder === undefined ? closed(record) : record,
    )
    return value?.state === 'done'
  }

  const takeWord = (word: LaneWord | undefined): void => {
    if (word && isIdle && !isClosed) {
      claims.offer(word)
      look.tell()
    } else word?.nak()
  }

  return {
    async knows(id) {
      const record = await recordOf(id)
      // One that is in no lane yet was not wholly received: it is to be received again.
      return record !== undefined && (!isOpen(record) || (await lanes.ids(record.lane)).includes(id))
    },
    async receive({id, lane, message, receivedAt, progress: sent}) {
      const at = receivedAt ?? (await watch.time())
      const fresh = newRecord({id, lane, receivedAt: at, message: messageSchema.parse(message)})
      const record: JobRecord = sent ? {...fresh, state: 'sending', progress: progress.parse(sent)} : fresh
      const isNew = (await bucket.write(keyOf(id), record, 0)) !== undefined
      if (!isNew && !isOpen((await recordOf(id)) ?? record)) return
      await lanes.add(lane, id)
      await queue.publish(lane, `${channel}.${token(id)}`)
      look.tell()
    },
    async claim() {
      for (;;) {
        const record = await claims.next()
        isIdle = record === undefined
        if (!record) return undefined
        const found = read(record, await watch.time())
        if ('job' in found) return found.job
        claims.forget(record.id)
        await bury(record, found.failure)
      }
    },
    async change(id, {progress: sent, waitMs, ...change}) {
      const given = {
        ...change,
        ...(sent ? {progress: progress.parse(sent)} : {}),
        ...(waitMs === undefined ? {} : pausing(waitMs, await watch.time())),
      }
      await claims.change(id, record => ({...record, ...given, joined: [...(given.joined ?? record.joined ?? [])]}))
      // So many words may be out: one of a lane that pauses does not hold up another.
      if (waitMs !== undefined) claims.ackWord(id)
    },
    async end(id, end, joined = []) {
      const {lane} = await claims.change(
        id,
        record => (end.state === 'done' ? closed(record) : {...record, ...end, progress: undefined, holder: undefined}),
        end.state,
      )
      for (const other of joined) await endWaiting(other)
      if (end.state === 'dead') await markDead(id)
      if ((await lanes.take(lane, [id, ...joined])) > 0) await queue.publish(lane)
      claims.settle(id)
      look.tell()
    },
    async drop(ids) {
      for (const id of ids) {
        const record = await recordOf(id)
        if (record && (await endWaiting(id))) await lanes.take(record.lane, [id])
      }
    },
    async release(id, setback) {
      await claims.release(id, setback)
      look.tell()
    },
    async waiting(lane) {
      const records = await Promise.all((await lanes.ids(lane)).map(recordOf))
      return records.flatMap((record): Waiting<Message>[] => {
        if (record?.state !== 'received' || record.holder !== undefined) return []
        const found = read(record)
        return 'job' in found ? [found.job] : []
      })
    },
    async stop(lane, except) {
      const ended: string[] = []
      for (const id of await lanes.ids(lane)) {
        if (id === except) continue
        if (await endWaiting(id)) ended.push(id)
        else
          await bucket.alter(
            keyOf(id),
            jobRecord,
            record => record && (isOpen(record) ? {...record, stopped: true} : record),
          )
      }
      await lanes.take(lane, ended)
      await bucket.alter(stopKey, jobRecord.pick({id: true}), () => ({id: except}))
      look.tell()
    },
    renew: () => claims.renew(),
    async stopped() {
      if (claims.ids().length === 0) return []
      const {revision} = await bucket.read(stopKey, jobRecord.pick({id: true}))
      if (revision !== stopSeen) await claims.refresh()
      stopSeen = revision
      return claims.stopped()
    },
    async count() {
      const at = await watch.time()
      const counts = {waiting: 0, working: 0, dead: 0}
      const firsts: Promise<JobRecord | undefined>[] = []
      for await (const {
        ids: [first, ...behind],
      } of lanes.all()) {
        counts.waiting += behind.length
        if (first !== undefined) firsts.push(recordOf(first))
      }
      for (const record of await Promise.all(firsts)) {
        if (!record || !isOpen(record)) continue
        if (record.holder !== undefined && record.heldUntil >= at) counts.working++
        else counts.waiting++
      }
      for await (const {value} of bucket.all(`dead.${channel}.*`, jobRecord.pick({id: true}))) if (value) counts.dead++
      return counts
    },
    async prune() {
      const at = await watch.time()
      await lanes.prune()
      for await (const {key, value, revision} of bucket.all(`job.${channel}.*`, jobRecord)) {
        if (!value) continue
        const keepMs = value.state === 'done' ? keepDoneMs : keepDeadMs
        if (isOpen(value) || value.receivedAt >= at - keepMs) continue
        await bucket.forget(key, revision)
        if (value.state === 'dead') await bucket.alter(deadKeyOf(value.id), jobRecord.pick({id: true}), () => null)
      }
    },
    reclaim: () => claims.reclaim(),
    async changed(signal) {
      if (isIdle && !pulling) {
        pulling = queue
          .next(waitMs)
          .then(takeWord, () => undefined)
          .finally(() => {
            pulling = undefined
          })
      }
      await look.wait(signal)
    },
    status: () => queue.status(),
    async close() {
      isClosed = true
      claims.close()
      look.tell()
    },
  }
}
