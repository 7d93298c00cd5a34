import {mkdir, readdir, readFile, rename, rm} from 'node:fs/promises'
import {join} from 'node:path'
import type {Log} from '@essence/core/service/log'
import * as z from 'zod'
import {storageError, type WriteDurably, writeDurably} from './durable-file.ts'
import {type Incoming, incomingSchema} from './incoming.ts'

/**
 * `received`: to be answered. `sending`: the answer is going out, or went out without a receipt. `done`: answered; kept,
 * without content, so that the same update is not answered again when Telegram repeats it.
 */
const entrySchema = z.object({
  updateId: z.number().int(),
  state: z.enum(['received', 'sending', 'done']),
  /** ms since the epoch. */
  receivedAt: z.number(),
  /** Times its turn was begun. */
  attempts: z.number().int(),
  /** The status message shown for it, to be taken over by the next start. */
  statusMessageId: z.number().int().optional(),
  incoming: incomingSchema.optional(),
})

export type Entry = z.infer<typeof entrySchema>

/** Telegram itself keeps an update for 24 hours; twice that is enough to know every repetition. */
const keepDoneMs = 48 * 3_600_000

/** The updates that were accepted, one small file each: stored before Telegram is told, removed after the answer. */
export class Spool {
  readonly #folder: string
  readonly #write: WriteDurably
  readonly #entries: Map<number, Entry>
  /** One write at a time: two changes of one entry must not overtake each other. */
  #tail: Promise<unknown> = Promise.resolve()

  private constructor(folder: string, write: WriteDurably, entries: Map<number, Entry>) {
    this.#folder = folder
    this.#write = write
    this.#entries = entries
  }

  /** @throws DISK_FULL, DATA_DIR_UNWRITABLE */
  static async open(folder: string, log: Log, write: WriteDurably = writeDurably): Promise<Spool> {
    const entries = new Map<number, Entry>()
    try {
      await mkdir(folder, {recursive: true, mode: 0o700})
      for (const name of (await readdir(folder)).filter(name => name.endsWith('.json'))) {
        const path = join(folder, name)
        const entry = readEntry(await readFile(path, 'utf8'))
        if (entry) {
          entries.set(entry.updateId, entry)
          continue
        }
        await rename(path, `${path}.unreadable`)
        log.error({file: `${path}.unreadable`}, 'a stored message is unreadable; it was set aside and is not answered')
      }
    } catch (error) {
      throw storageError(folder, error)
    }
    return new Spool(folder, write, entries)
  }

  /** Those not answered yet, oldest first. */
  unanswered(): Entry[] {
    return [...this.#entries.values()].filter(({state}) => state !== 'done').sort((a, b) => a.updateId - b.updateId)
  }

  has(updateId: number): boolean {
    return this.#entries.has(updateId)
  }

  /**
   * Stores an update. When this resolves it is on the disk.
   * @throws DISK_FULL, DATA_DIR_UNWRITABLE
   */
  async receive(incoming: Incoming, now: number): Promise<Entry> {
    const entry: Entry = {updateId: incoming.updateId, state: 'received', receivedAt: now, attempts: 0, incoming}
    return this.#put(incoming.updateId, () => entry)
  }

  /** @throws DISK_FULL, DATA_DIR_UNWRITABLE; the entry is then as it was */
  async change(
    updateId: number,
    change: Partial<Pick<Entry, 'state' | 'attempts' | 'statusMessageId'>>,
  ): Promise<void> {
    if (!this.#entries.has(updateId)) return
    await this.#put(updateId, entry => {
      const {incoming, statusMessageId, ...rest} = {...entry, ...change} as Entry
      if (rest.state === 'done') return rest
      return {
        ...rest,
        ...(incoming ? {incoming} : {}),
        ...(statusMessageId === undefined ? {} : {statusMessageId}),
      }
    })
  }

  /** Forgets answered updates that Telegram can no longer repeat. */
  async prune(now: number): Promise<void> {
    for (const {updateId, state, receivedAt} of this.#entries.values()) {
      if (state !== 'done' || receivedAt > now - keepDoneMs) continue
      await rm(this.#pathOf(updateId), {force: true}).catch(() => undefined)
      this.#entries.delete(updateId)
    }
  }

  #put(updateId: number, next: (entry: Entry | undefined) => Entry): Promise<Entry> {
    const write = async (): Promise<Entry> => {
      const entry = next(this.#entries.get(updateId))
      await this.#write(this.#pathOf(updateId), JSON.stringify(entry))
      this.#entries.set(updateId, entry)
      return entry
    }
    const written = this.#tail.then(write)
    this.#tail = written.catch(() => undefined)
    return written
  }

  #pathOf(updateId: number): string {
    return join(this.#folder, `${updateId}.json`)
  }
}

const readEntry = (text: string): Entry | undefined => {
  try {
    return entrySchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
