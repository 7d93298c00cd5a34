import {mkdir, readFile} from 'node:fs/promises'
import {dirname} from 'node:path'
import {storageError} from '@essence/core/channel/storage-error'
import {atomicWrite} from '@essence/core/kit/files/atomic-write'
import * as z from 'zod'
import {snowflake} from './incoming.ts'

/** What Discord tells may overtake each other between channels by so much, in ms; what is read again is known again. */
const slackMs = 180_000

/** What came so long ago is not answered any more, in ms. */
const maxAgeMs = 24 * 3_600_000

/** Conversations of two that are remembered: each is read at a start, and any stranger may begin one. */
const maxDirect = 500

/** Of Discord's ids, ms since the epoch: https://discord.com/developers/docs/reference#snowflakes */
const epochMs = 1_420_070_400_000

/** When what has this id was made, in ms since the epoch. */
export const timeOf = (id: string): number => Number(BigInt(id) >> 22n) + epochMs

/** The least id of a moment. */
export const idAt = (ms: number): string => String(BigInt(Math.max(0, Math.floor(ms) - epochMs)) << 22n)

const schema = z.object({
  /** What is older was there before June was. */
  since: snowflake,
  /** All that has a lesser id was stored. */
  upTo: snowflake,
  /** Conversations of two: the channel of each person. */
  direct: z.record(snowflake, snowflake),
})

/** How far messages were taken over, kept over restarts: what came meanwhile is read once there is a connection again. */
export class Seen {
  readonly #path: string
  readonly #since: string
  readonly #direct: Map<string, string>
  #upTo: string
  #kept = ''

  private constructor(path: string, {since, upTo, direct}: z.infer<typeof schema>) {
    this.#path = path
    this.#since = since
    this.#upTo = upTo
    this.#direct = new Map(Object.entries(direct))
  }

  /** At the first start nothing was missed. @throws DISK_FULL, DATA_DIR_UNWRITABLE */
  static async open(path: string, now: number): Promise<Seen> {
    try {
      await mkdir(dirname(path), {recursive: true, mode: 0o700})
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return ''
        throw error
      })
      const {data} = schema.safeParse(parsed(text))
      const seen = new Seen(path, data ?? {since: idAt(now), upTo: idAt(now), direct: {}})
      await seen.save()
      return seen
    } catch (error) {
      throw storageError(path, error)
    }
  }

  /** Channels of conversations of two. */
  get direct(): readonly string[] {
    return [...this.#direct.values()]
  }

  knows(userId: string): boolean {
    return this.#direct.has(userId)
  }

  /** @returns whether it is a new one */
  addDirect(userId: string, channelId: string): boolean {
    const isNew = this.#direct.get(userId) !== channelId
    // In the order in which they were last written in.
    this.#direct.delete(userId)
    this.#direct.set(userId, channelId)
    const [oldest] = this.#direct.keys()
    if (this.#direct.size > maxDirect && oldest !== undefined) this.#direct.delete(oldest)
    return isNew
  }

  /** The id after which messages are to be read. */
  after(now: number): string {
    return idAt(Math.max(timeOf(this.#since), timeOf(this.#upTo) - slackMs, now - maxAgeMs))
  }

  /** Everything up to this id was stored. */
  advance(id: string): void {
    if (BigInt(id) > BigInt(this.#upTo)) this.#upTo = id
  }

  /** Keeps what is new. @throws DISK_FULL, DATA_DIR_UNWRITABLE */
  async save(): Promise<void> {
    const text = JSON.stringify({since: this.#since, upTo: this.#upTo, direct: Object.fromEntries(this.#direct)})
    if (text === this.#kept) return
    await atomicWrite(this.#path, text, {mode: 0o600, durable: true}).catch(error => {
      throw storageError(this.#path, error)
    })
    this.#kept = text
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
