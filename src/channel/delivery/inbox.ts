import {EssenceError, messageOf} from '../../kit/errors.ts'
import {KeyedQueue} from '../../kit/flow/keyed-queue.ts'
import type {Log} from '../../service/log.ts'
import type {Clock} from '../clock.ts'
import type {Entry} from './entry.ts'
import type {Journal} from './journal.ts'

/** Messages waiting to be answered; with more, no more are taken. */
const backlog = 200

/** What came so long ago is not answered any more: the person has given up. */
const maxAgeMs = 24 * 3_600_000

export interface InboxOptions<Message, Part> {
  journal: Journal<Message, Part>
  /** Identifies a message among all of the platform. */
  idOf: (message: Message) => string
  /** Messages with the same lane are answered one after the other, in order: those of one chat. */
  laneOf: (message: Message) => string
  /** Whether it is answered however late. Default: nothing is. */
  lasts?: ((message: Message) => boolean) | undefined
  /** What is to be kept and answered of a message; undefined: nothing. */
  admit: (message: Message) => Message | undefined
  /** Answers one message. Never rejects: what it cannot end stays in the journal for the next start. */
  work: (entry: Entry<Message, Part>) => Promise<void>
  /** Messages answered at once; those of one lane never are. */
  parallel: number
  /** Told what became of each message that came: kept, or dropped. */
  count: (message: Message, kept: boolean) => void
  clock: Clock
  log: Log
}

/** Stores what arrives and has it answered, each message once. */
export class Inbox<Message, Part> {
  readonly #options: InboxOptions<Message, Part>
  readonly #lanes: KeyedQueue<string>
  readonly #stopping = new AbortController()
  /** Decisions on a batch that could not be stored: a limit is not charged again when the batch comes back. */
  readonly #decided = new Map<string, Message | undefined>()
  /** Resolves when what may have ended the process last time has been tried by itself. */
  #suspects: Promise<void> = Promise.resolve()

  constructor(options: InboxOptions<Message, Part>) {
    this.#options = options
    this.#lanes = new KeyedQueue({limit: options.parallel})
  }

  /**
   * Queues what earlier starts did not answer. Where one of them ended without warning, the messages it was working on are
   * answered first, one at a time and with nothing beside them: whichever was alone when a process ended is known to have
   * ended it, and only that one counts it.
   */
  async recover(): Promise<void> {
    const {journal, lasts = () => false, clock, log} = this.#options
    await journal.prune(clock.now())
    const crashed = journal.unanswered().filter(({state}) => state === 'working')
    for (const {id, crashes} of crashed) {
      await journal.change(id, {state: 'suspect', crashes: crashes + (crashed.length === 1 ? 1 : 0)})
    }
    for (const {id, receivedAt, message} of journal.unanswered()) {
      if (receivedAt >= clock.now() - maxAgeMs || (message && lasts(message))) continue
      log.warn({id}, 'a message of more than a day ago is not answered any more')
      await journal.change(id, {state: 'done'})
    }
    const [suspects, others] = partition(journal.unanswered(), ({state}) => state === 'suspect')
    if (suspects.length > 0)
      log.warn({messages: suspects.length}, 'the last start ended in mid-turn; trying again, one by one')
    this.#suspects = this.#tryAlone(suspects)
    for (const entry of others) this.#queue(entry)
  }

  /**
   * Takes a batch over; when this resolves, all of it is on the disk.
   * @throws DISK_FULL, DATA_DIR_UNWRITABLE
   */
  async accept(messages: readonly Message[]): Promise<void> {
    const {journal, idOf, admit, count, clock, log} = this.#options
    for (const message of messages) {
      const id = idOf(message)
      if (journal.has(id)) {
        log.debug({id}, 'a message came again')
        continue
      }
      if (!this.#decided.has(id)) this.#decided.set(id, admit(message))
      const admitted = this.#decided.get(id)
      if (admitted) this.#queue(await journal.receive(id, admitted, clock.now()))
      this.#decided.delete(id)
      count(admitted ?? message, admitted !== undefined)
    }
    await journal.prune(clock.now()).catch(error => log.warn({why: messageOf(error)}, 'could not clear old messages'))
    await this.#lanes.room(backlog)
  }

  /** Begins nothing more; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#lanes.close(new EssenceError('CANCELLED', 'The service stops.'))
    await Promise.all([this.#suspects, this.#lanes.idle()])
  }

  async #tryAlone(suspects: readonly Entry<Message, Part>[]): Promise<void> {
    for (const entry of suspects) if (!this.#stopping.signal.aborted) await this.#options.work(entry)
  }

  #queue(entry: Entry<Message, Part>): void {
    const {laneOf, work} = this.#options
    if (entry.message === undefined) return
    const answer = async (): Promise<void> => {
      await this.#suspects
      if (!this.#stopping.signal.aborted) await work(entry)
    }
    // Rejects only where the queue is closed: the message then waits for the next start.
    this.#lanes.run(laneOf(entry.message as Message), answer).catch(() => undefined)
  }
}

const partition = <T>(items: readonly T[], belongs: (item: T) => boolean): [T[], T[]] => [
  items.filter(belongs),
  items.filter(item => !belongs(item)),
]
