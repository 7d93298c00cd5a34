import {EssenceError, messageOf} from '../../kit/errors.ts'
import {pauseMs} from '../clock.ts'
import type {Overlap} from './adapter.ts'
import type {Job} from './job.ts'
import {Withdrawal, type WorkOptions, workJob} from './work-job.ts'

/** ms between two signs that what was claimed is still worked on. */
const renewMs = 5000

/** An answer that has to wait for longer, in ms, leaves its place to others … */
const leaveMs = 2000

/** … of which so many wait in memory, each with what is left of its answer. What more there are, and stored, are given back. */
const maxApart = 256

export interface WorkerOptions<Message, Part> extends Omit<WorkOptions<Message, Part>, 'pause' | 'onWait'> {
  /** Messages answered at once; those of one lane never are. */
  parallel: number
}

interface Running<Message> {
  lane: string
  message: Message
  overlap: Overlap
  abort: AbortController
  /** It has nothing beside it. */
  isAlone: boolean
  /** Its answer is made, and had to wait: what is left of it is sent beside what has a place. */
  isApart: boolean
  /** Resolves when it has left its place. */
  left: PromiseWithResolvers<void>
  /** Never rejects. */
  done: Promise<void>
}

/**
 * Takes jobs and has them answered, each once. Where a process ended without warning, what it worked on is suspected, and answered with
 * nothing beside it: whichever is alone when a process ends is known to have ended it, and only that one counts it.
 */
export class Worker<Message, Part> {
  readonly #options: WorkerOptions<Message, Part>
  readonly #running = new Map<string, Running<Message>>()
  readonly #stopping = new AbortController()
  readonly #cancel = new AbortController()
  /** What is answered with nothing beside it. */
  #alone: string | undefined
  /** A claim is under way: what is ours by then may be missing among what runs. */
  #isClaiming = false
  #loop: Promise<void> = Promise.resolve()
  /** Resolves when one of those that run has ended. */
  #ended = Promise.withResolvers<void>()
  #renewing: NodeJS.Timeout | undefined

  constructor(options: WorkerOptions<Message, Part>) {
    this.#options = options
  }

  /** Begins; what an earlier process of this worker's name had claimed is free again. @throws STORE_UNAVAILABLE */
  async start(): Promise<void> {
    await this.#options.jobs.reclaim()
    this.#renewing = setInterval(() => void this.#renew(), renewMs)
    this.#loop = this.#run()
  }

  /** Whether no further message would be answered now. */
  get isBusy(): boolean {
    return this.#running.size - this.#apart >= this.#options.parallel
  }

  get #apart(): number {
    return [...this.#running.values()].filter(({isApart}) => isApart).length
  }

  /** Begins nothing more; resolves when what runs has ended. @param deadline aborted to cancel it */
  async stop(deadline: AbortSignal): Promise<void> {
    const cancel = (): void => this.#cancel.abort(new EssenceError('CANCELLED', 'The time to finish is over.'))
    if (deadline.aborted) cancel()
    else deadline.addEventListener('abort', cancel, {once: true})
    this.#stopping.abort()
    await this.#loop
    await Promise.all([...this.#running.values()].map(({done}) => done))
    clearInterval(this.#renewing)
    deadline.removeEventListener('abort', cancel)
  }

  async #run(): Promise<void> {
    const {jobs, clock, log} = this.#options
    const {signal} = this.#stopping
    for (let failures = 0; !signal.aborted; ) {
      try {
        this.#ended = Promise.withResolvers()
        await this.#withdraw()
        if (this.#alone === undefined && !this.isBusy && (await this.#take())) continue
        await Promise.race([jobs.changed(signal), this.#ended.promise])
        failures = 0
      } catch (error) {
        failures++
        log.error({why: messageOf(error)}, 'cannot take messages that wait; trying again')
        await clock.wait(pauseMs(failures), signal)
      }
    }
  }

  /** @returns whether there was a job */
  async #take(): Promise<boolean> {
    const {jobs, channel, log} = this.#options
    this.#isClaiming = true
    try {
      const job = await jobs.claim()
      if (!job) return false
      if (this.#stopping.signal.aborted) {
        await jobs.release(job.id)
        return false
      }
      const isSuspect = job.suspect && job.state === 'received' && (channel.needsTurn?.(job.message) ?? true)
      if (isSuspect) {
        log.warn({id: job.id}, 'a process ended while it worked on this message; it is tried with nothing beside it')
      }
      this.#begin(job, (await channel.overlapOf?.(job.message)) ?? 'queue', isSuspect)
      return true
    } finally {
      this.#isClaiming = false
    }
  }

  #begin(job: Job<Message, Part>, overlap: Overlap, isSuspect: boolean): void {
    const {id, lane, message} = job
    const abort = new AbortController()
    const signal = AbortSignal.any([abort.signal, this.#cancel.signal])
    const others = isSuspect ? this.#idle() : undefined
    const untilAlone = async (): Promise<void> => {
      await others
      await this.#options.jobs.change(id, {alone: true})
    }
    if (isSuspect) this.#alone = id
    const left = Promise.withResolvers<void>()
    const sending: Pick<WorkOptions<Message, Part>, 'pause' | 'onWait'> = {
      pause: (ms, lasts, signal) => this.#pause(running, ms, lasts, signal),
      onWait: () => void this.#setApart(running),
    }
    const done = workJob(job, {...this.#options, ...sending}, signal, isSuspect ? untilAlone : undefined).then(() => {
      // Given back, it may have been taken again already.
      if (this.#running.get(id) === running) this.#running.delete(id)
      this.#leave(running)
    })
    const running: Running<Message> = {lane, message, overlap, abort, isAlone: isSuspect, isApart: false, left, done}
    this.#running.set(id, running)
  }

  #leave(running: Running<Message>): void {
    running.left.resolve()
    if (running.isAlone) this.#alone = undefined
    running.isAlone = false
    this.#ended.resolve()
  }

  /** Its answer waits in memory, beside what has a place. @returns whether there was room for it */
  #setApart(running: Running<Message>): boolean {
    if (running.isApart) return true
    if (this.#apart >= maxApart) return false
    running.isApart = true
    this.#leave(running)
    return true
  }

  /**
   * An answer has to wait. @param lasts what is left of it is stored
   * @throws CANCELLED where it is given back, or the worker stops meanwhile: whoever goes on with it waits as well
   */
  async #pause(running: Running<Message>, ms: number, lasts: boolean, signal: AbortSignal): Promise<void> {
    const {clock} = this.#options
    if (ms < leaveMs) return await clock.wait(ms, signal)
    if (!this.#setApart(running)) {
      if (lasts) throw new EssenceError('CANCELLED', 'Too many answers wait to be sent.')
      return await clock.wait(ms, signal)
    }
    const stopping = this.#stopping.signal
    await clock.wait(ms, AbortSignal.any([signal, stopping]))
    if (stopping.aborted) throw new EssenceError('CANCELLED', 'Stopped while an answer waited to be sent.')
  }

  /** Ends what somebody said stop to, and what a newer message takes the place of. */
  async #withdraw(): Promise<void> {
    const {jobs, channel} = this.#options
    if (this.#running.size === 0) return
    const interrupts = async (running: Message, {message}: {message: Message}): Promise<boolean> =>
      !channel.belongs?.(running, message) && (await channel.overlapOf?.(message)) === 'interrupt'
    for (const id of await jobs.stopped()) this.#running.get(id)?.abort.abort(new Withdrawal())
    for (const {lane, message, overlap, abort} of this.#running.values()) {
      if (overlap !== 'interrupt' || abort.signal.aborted) continue
      // A reminder takes the place of nothing.
      const newer = await Promise.all((await jobs.waiting(lane)).map(waiting => interrupts(message, waiting)))
      if (newer.includes(true)) abort.abort(new Withdrawal())
    }
  }

  async #renew(): Promise<void> {
    const {jobs, log} = this.#options
    // What begins meanwhile may be missing in the reply.
    const before = [...this.#running]
    try {
      const held = new Set(await jobs.renew())
      for (const [id] of this.#running) if (!before.some(([known]) => known === id)) held.delete(id)
      for (const [id, {abort}] of before) {
        if (!held.has(id)) abort.abort(new EssenceError('CANCELLED', `Job ${id} is another worker's by now.`))
        held.delete(id)
      }
      // Claimed, but the word of it was lost on the way here.
      if (!this.#isClaiming) for (const id of held) await jobs.release(id)
    } catch (error) {
      log.warn({why: messageOf(error)}, 'claims are not renewed; trying again')
    }
  }

  /** Resolves when nothing has a place. */
  async #idle(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({left}) => left.promise))
  }
}
