import {type ErrorCode, EssenceError, isEssenceError, messageOf} from '../../kit/errors.ts'
import type {Log} from '../../service/log.ts'
import {type Clock, pauseMs} from '../clock.ts'
import type {ChannelAdapter} from './adapter.ts'
import type {Job, JobEnd, Jobs, Waiting} from './job.ts'
import {deliver, type OutboxOptions, type Outcome, resume} from './outbox.ts'

/** A message that ended the process this often while it was worked on alone, or failed so often, is given up. */
const maxTries = 3

/** So is one that met nothing but outages, a minute apart, for most of a day: perhaps it is what ends the thing it needs. */
const maxOutages = 1000

/** What came so long ago is not answered any more: the person has given up. */
const maxAgeMs = 24 * 3_600_000

export interface WorkOptions<Message, Part> extends Pick<OutboxOptions<Message, Part>, 'pause' | 'onWait'> {
  jobs: Jobs<Message, Part>
  channel: ChannelAdapter<Message, Part>
  clock: Clock
  log: Log
}

/** Somebody said stop, or a newer message takes the place of the one that is answered. */
export class Withdrawal extends EssenceError {
  constructor() {
    super('CANCELLED', 'The message is not to be answered any more.')
  }
}

/**
 * Answers a job that was claimed, and ends it; one that cannot be ended is given back. Never rejects.
 * @param signal aborted by a stop, or with a `Withdrawal`: the job then ends without an answer
 * @param prepare what has to be done before
 */
export const workJob = async <Message, Part>(
  job: Job<Message, Part>,
  options: WorkOptions<Message, Part>,
  signal: AbortSignal,
  prepare?: () => Promise<void>,
): Promise<void> => {
  const {jobs, log} = options
  const {id} = job
  let joined = job.joined
  const messages = [job.message]
  try {
    await prepare?.()
    const {outcome, ...end} = await answer(job, options, signal, others => {
      joined = others.map(({id}) => id)
      messages.push(...others.map(({message}) => message))
    })
    await surely(() => jobs.end(id, end, joined), options, signal)
    await tellEnded(id, messages, options)
    if (end.state === 'dead') log.error({id, outcome, failure: end.failure}, 'a message was given up')
    else if (outcome) log.info({id, outcome}, 'answered')
  } catch (error) {
    if (signal.reason instanceof Withdrawal) {
      log.info({id}, 'withdrawn')
      await surely(() => jobs.end(id, {state: 'done'}, joined), options, signal)
      await tellEnded(id, messages, options)
    } else if (isEssenceError(error) && error.code === 'CANCELLED') {
      log.info({id}, 'stopped in the middle of an answer; the next worker goes on with it')
      await surely(() => jobs.release(id), options, signal)
    } else {
      const why = messageOf(error)
      const outage = isOutage(error)
      log.error({id, why}, outage ? 'what an answer needs is out of reach' : 'a message could not be answered')
      // Not even that could be told.
      if (isGivenUp(job) && (!outage || job.outages > maxOutages))
        return await surely(() => jobs.end(id, {state: 'dead', failure: why}, joined), options, signal)
      const afterMs = pauseMs(outage ? job.outages + 1 : job.tries + 1)
      await surely(() => jobs.release(id, {why, afterMs, outage}), options, signal)
    }
  }
}

const answer = async <Message, Part>(
  job: Job<Message, Part>,
  options: WorkOptions<Message, Part>,
  signal: AbortSignal,
  onJoined: (others: readonly Waiting<Message>[]) => void,
): Promise<JobEnd & {outcome?: Outcome}> => {
  const {jobs, channel, clock, pause, onWait, log} = options
  const {id} = job
  let {message, mark} = job
  const note = async (text: string): Promise<void> => {
    await jobs.change(id, {mark: text})
    mark = text
  }
  const outbox = () => ({jobs, carrier: channel.carrierOf(message, mark), clock, pause, onWait, log})
  if (job.state === 'sending') {
    return {state: 'done', outcome: await resume(job, outbox(), signal)}
  }
  const isOld = job.ageMs > maxAgeMs && !channel.lasts?.(message)
  // One that only outages kept from an answer is not dropped without a word.
  if (isOld && job.outages === 0) {
    log.warn({id}, 'a message of more than a day ago is not answered any more')
    return {state: 'done'}
  }
  const gatherMs = channel.gatherMs?.(message) ?? 0
  if (gatherMs > 0) await clock.wait(gatherMs, signal)
  const behind = await jobs.waiting(job.lane)
  const isReplaced = (earlier: Message): boolean =>
    behind.some(later => channel.supersedes?.(later.message, earlier) ?? false)
  if (isReplaced(message)) return {state: 'done'}
  const others: Waiting<Message>[] = []
  const collects = (await channel.overlapOf?.(message)) === 'collect'
  for (const other of behind) {
    if (!collects && !channel.belongs?.(job.message, other.message)) break
    const together = channel.join?.(message, other.message)
    if (together === undefined) break
    // What was changed since is asked as it is now.
    if (!isReplaced(other.message)) message = together
    others.push(other)
  }
  // Those that an earlier try joined may have to be answered by themselves now.
  if (others.length + job.joined.length > 0) await jobs.change(id, {joined: others.map(({id}) => id)})
  onJoined(others)
  const gaveUp = isGivenUp(job) || isOld
  const parts = gaveUp ? channel.gaveUp(message) : await channel.answer(message, {id, signal, mark, note})
  const outcome = await deliver(job, parts, outbox(), signal)
  if (!gaveUp) return {state: 'done', outcome}
  const failure = job.crashes >= maxTries ? 'the process ended while it was answered' : 'it could not be answered'
  return {state: 'dead', failure, outcome}
}

const isGivenUp = ({crashes, tries, outages}: Job<unknown, unknown>): boolean =>
  crashes >= maxTries || tries >= maxTries || outages >= maxOutages

const outages = new Set<ErrorCode>(['DISK_FULL', 'DATA_DIR_UNWRITABLE', 'ENGINE_UNAVAILABLE'])

/** What is wrong is not the message: a part of ours is not there, and may be later. */
const isOutage = (error: unknown): boolean => isEssenceError(error) && (error.retryable || outages.has(error.code))

const tellEnded = async <Message, Part>(
  id: string,
  messages: readonly Message[],
  {channel, log}: WorkOptions<Message, Part>,
): Promise<void> => {
  for (const message of messages)
    await channel
      .ended?.(message)
      .catch(error => log.warn({id, why: messageOf(error)}, 'what a message left is not cleared'))
}

/** What must be recorded: tried again until it is, or until there is no time left. What is another's by now is no concern of ours. */
const surely = async <Message, Part>(
  record: () => Promise<void>,
  {clock, log}: WorkOptions<Message, Part>,
  signal: AbortSignal,
): Promise<void> => {
  for (let failures = 1; ; failures++) {
    try {
      return await record()
    } catch (error) {
      if (isEssenceError(error) && error.code === 'CANCELLED') return
      log.error({why: messageOf(error)}, 'cannot record what became of a message; trying again')
      if (signal.aborted && failures > 1) return
      // A stop does not wait; without a word of its own, a worker that starts later finds it as it was.
      await clock.wait(pauseMs(failures), signal)
    }
  }
}
