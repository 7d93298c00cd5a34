import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import type {Admission} from './admission.ts'
import type {ChatLanes} from './chat-lanes.ts'
import type {Clock} from './clock.ts'
import {type Incoming, readIncoming} from './incoming.ts'
import type {Entry, Spool} from './spool.ts'

/** Updates waiting to be worked; with more, no more are fetched. Telegram keeps them for a day. */
const backlog = 200

/** What Telegram would have dropped by now is not answered any more either. */
const maxAgeMs = 24 * 3_600_000

export interface InboxOptions {
  spool: Spool
  admission: Admission
  lanes: ChatLanes
  work: (entry: Entry) => Promise<void>
  count: (kind: string) => void
  clock: Clock
  log: Log
}

/** Stores what arrives and queues it to be answered, each update once. */
export class Inbox {
  readonly #options: InboxOptions
  /** Decisions on a batch that could not be stored: a limit is not charged again when the batch comes back. */
  readonly #decided = new Map<number, Incoming | undefined>()

  constructor(options: InboxOptions) {
    this.#options = options
  }

  /** Queues what earlier starts did not answer. */
  async recover(): Promise<void> {
    const {spool, clock, log} = this.#options
    await spool.prune(clock.now())
    for (const entry of spool.unanswered()) {
      if (entry.receivedAt >= clock.now() - maxAgeMs) {
        this.#queue(entry)
        continue
      }
      log.warn({update: entry.updateId}, 'a message of more than a day ago is not answered any more')
      await spool.change(entry.updateId, {state: 'done'})
    }
  }

  /**
   * Takes a batch over; when this resolves, all of it is on the disk.
   * @throws DISK_FULL, DATA_DIR_UNWRITABLE
   */
  async accept(updates: readonly unknown[]): Promise<void> {
    const {spool, admission, lanes, count, clock, log} = this.#options
    for (const update of updates) {
      const incoming = readIncoming(update)
      if (!incoming) continue
      const {updateId} = incoming
      if (spool.has(updateId)) {
        log.debug({update: updateId}, 'an update came again')
        continue
      }
      if (!this.#decided.has(updateId)) this.#decided.set(updateId, admission.admit(incoming))
      const admitted = this.#decided.get(updateId)
      if (!admitted) {
        count('dropped')
        continue
      }
      this.#queue(await spool.receive(admitted, clock.now()))
      count(admitted.content.kind)
    }
    this.#decided.clear()
    await spool.prune(clock.now()).catch(error => log.warn({why: messageOf(error)}, 'could not clear old messages'))
    await lanes.room(backlog)
  }

  #queue(entry: Entry): void {
    if (entry.incoming) this.#options.lanes.add(entry.incoming.chatId, () => this.#options.work(entry))
  }
}
