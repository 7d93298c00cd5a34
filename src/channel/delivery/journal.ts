import {mkdir, readdir, readFile, rename, rm} from 'node:fs/promises'
import {join} from 'node:path'
import type * as z from 'zod'
import type {Log} from '../../service/log.ts'
import {storageError, type WriteDurably, writeDurably} from './durable-file.ts'
import {type Entry, entrySchema} from './entry.ts'

/** Platforms repeat a message for a day at most (Telegram, Discord's gateway far less); twice that is enough to know each again. */
const keepDoneMs = 48 * 3_600_000

export interface JournalOptions<Message, Part> {
  folder: string
  /** What is kept of a message, and of each part of its answer; what they do not name is not stored. */
  message: z.ZodType<Message>
  part: z.ZodType<Part>
  log: Log
  write?: WriteDurably | undefined
}

type Change<Message, Part> = Partial<Pick<Entry<Message, Part>, 'state' | 'crashes' | 'sending'>>

/**
 * The messages that were accepted, one small file each: stored before the platform is told, changed at each step of their
 * answer, and without content once that is given.
 */
export class Journal<Message, Part> {
  readonly #folder: string
  readonly #write: WriteDurably
  readonly #schema: z.ZodType<Entry<Message, Part>>
  readonly #entries = new Map<string, Entry<Message, Part>>()
  /** One write at a time: two changes of one entry must not overtake each other. */
  #tail: Promise<unknown> = Promise.resolve()

  private constructor({folder, message, part, write = writeDurably}: JournalOptions<Message, Part>) {
    this.#folder = folder
    this.#write = write
    this.#schema = entrySchema(message, part)
  }

  /** @throws DISK_FULL, DATA_DIR_UNWRITABLE */
  static async open<Message, Part>(options: JournalOptions<Message, Part>): Promise<Journal<Message, Part>> {
    const journal = new Journal(options)
    await journal.#read(options.log).catch(error => {
      throw storageError(options.folder, error)
    })
    return journal
  }

  /** Those not answered yet, in the order in which they came. */
  unanswered(): Entry<Message, Part>[] {
    return [...this.#entries.values()].filter(({state}) => state !== 'done')
  }

  has(id: string): boolean {
    return this.#entries.has(id)
  }

  /**
   * Stores a message. When this resolves it is on the disk.
   * @throws DISK_FULL, DATA_DIR_UNWRITABLE
   */
  receive(id: string, message: Message, now: number): Promise<Entry<Message, Part>> {
    return this.#put(id, () => ({id, state: 'received', receivedAt: now, crashes: 0, message}))
  }

  /** @returns the entry as it is now  @throws DISK_FULL, DATA_DIR_UNWRITABLE; the entry is then as it was */
  change(id: string, change: Change<Message, Part>): Promise<Entry<Message, Part>> {
    return this.#put(id, entry => {
      if (!entry) throw new Error(`There is no entry ${id}.`)
      const {message, sending, ...rest} = {...entry, ...change}
      if (rest.state === 'done') return rest
      return rest.state === 'sending' ? {...rest, message, sending} : {...rest, message}
    })
  }

  /** Forgets answered messages that the platform can no longer repeat. */
  async prune(now: number): Promise<void> {
    for (const {id, state, receivedAt} of this.#entries.values()) {
      if (state !== 'done' || receivedAt > now - keepDoneMs) continue
      await rm(this.#pathOf(id), {force: true}).catch(() => undefined)
      this.#entries.delete(id)
    }
  }

  async #read(log: Log): Promise<void> {
    await mkdir(this.#folder, {recursive: true, mode: 0o700})
    const found: Entry<Message, Part>[] = []
    for (const name of (await readdir(this.#folder)).filter(name => name.endsWith('.json'))) {
      const path = join(this.#folder, name)
      const entry = this.#parse(await readFile(path, 'utf8'))
      if (entry) found.push(entry)
      else {
        await rename(path, `${path}.unreadable`)
        log.error({file: `${path}.unreadable`}, 'a stored message is unreadable; it was set aside and is not answered')
      }
    }
    const inOrder = found.sort((a, b) => a.receivedAt - b.receivedAt || compareIds(a.id, b.id))
    for (const entry of inOrder) this.#entries.set(entry.id, entry)
  }

  #parse(text: string): Entry<Message, Part> | undefined {
    try {
      return this.#schema.safeParse(JSON.parse(text)).data
    } catch {
      return undefined
    }
  }

  #put(
    id: string,
    next: (entry: Entry<Message, Part> | undefined) => Entry<Message, Part>,
  ): Promise<Entry<Message, Part>> {
    const write = async (): Promise<Entry<Message, Part>> => {
      const entry = next(this.#entries.get(id))
      await this.#write(this.#pathOf(id), JSON.stringify(this.#schema.parse(entry)))
      this.#entries.set(id, entry)
      return entry
    }
    const written = this.#tail.then(write)
    this.#tail = written.catch(() => undefined)
    return written
  }

  #pathOf(id: string): string {
    return join(this.#folder, `${id}.json`)
  }
}

/** Platforms number what they send: a longer id is a later one. */
const compareIds = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1)
