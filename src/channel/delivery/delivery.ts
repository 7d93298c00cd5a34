import {messageOf} from '../../kit/errors.ts'
import type {ChannelIntake} from './adapter.ts'
import {Worker, type WorkerOptions} from './worker.ts'

/** ms between two times that old messages are forgotten. */
const pruneMs = 3_600_000

export type DeliveryOptions<Message, Part> =
  /** What is stored is also answered here … */
  | (WorkerOptions<Message, Part> & {works: true})
  /** … or by workers elsewhere. */
  | (Pick<WorkerOptions<Message, Part>, 'jobs' | 'clock' | 'log'> & {channel: ChannelIntake<Message>; works: false})

/** Takes over what arrives at a channel, and has it answered: each message once. */
export class Delivery<Message, Part> {
  readonly #options: DeliveryOptions<Message, Part>
  readonly #worker: Worker<Message, Part> | undefined
  /** Decisions on a batch that could not be stored: a limit is not charged again when the batch comes back. */
  readonly #decided = new Map<string, Message | undefined>()
  #prunedAt = Number.NEGATIVE_INFINITY
  /** One batch after the other: a webhook is called by many at once, and again while its first call is still stored. */
  #accepting: Promise<void> = Promise.resolve()

  constructor(options: DeliveryOptions<Message, Part>) {
    this.#options = options
    if (options.works) this.#worker = new Worker(options)
  }

  /** Goes on with what earlier starts did not answer. @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE */
  async start(): Promise<void> {
    await this.#prune()
    await this.#worker?.start()
  }

  /**
   * Takes a batch over; when this resolves, all of it outlives a crash.
   * @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE
   */
  accept(messages: readonly Message[]): Promise<void> {
    const accepted = this.#accepting.then(() => this.#accept(messages))
    this.#accepting = accepted.catch(() => undefined)
    return accepted
  }

  async #accept(messages: readonly Message[]): Promise<void> {
    const {jobs, channel, log} = this.#options
    for (const message of messages) {
      const id = channel.idOf(message)
      if (await jobs.knows(id)) {
        log.debug({id}, 'a message came again')
        continue
      }
      if (!this.#decided.has(id)) this.#decided.set(id, await channel.admit(message))
      const admitted = this.#decided.get(id)
      if (admitted !== undefined) {
        const lane = channel.laneOf(admitted)
        // Before it is stored: what fails here comes again, and what is stored is never looked at again.
        if (channel.stops?.(admitted)) await jobs.stop(lane, id)
        await jobs.receive({id, lane, message: admitted})
        if (!channel.stops?.(admitted) && this.#worker?.isBusy && channel.waits) {
          const {waiting, working} = await jobs.count()
          channel.waits(admitted, waiting + working - 1)
        }
      }
      this.#decided.delete(id)
      channel.count?.(admitted ?? message, admitted !== undefined)
    }
    await this.#prune().catch(error => log.warn({why: messageOf(error)}, 'could not clear old messages'))
  }

  /** Begins nothing more; resolves when what runs has ended. @param deadline aborted to cancel it */
  async stop(deadline: AbortSignal): Promise<void> {
    await this.#worker?.stop(deadline)
  }

  async #prune(): Promise<void> {
    const {jobs, channel, clock, log} = this.#options
    // In either direction: the clock may have been set back.
    if (Math.abs(clock.now() - this.#prunedAt) < pruneMs) return
    this.#prunedAt = clock.now()
    await jobs.prune()
    await channel.prune?.().catch(error => log.warn({why: messageOf(error)}, 'could not clear what old messages left'))
  }
}
