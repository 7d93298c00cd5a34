import * as z from 'zod'
import {type Bucket, token} from './bucket.ts'

const laneRecord = z.object({lane: z.string(), ids: z.array(z.string())})

/** The lanes of a channel: of each, the ids of its open jobs, in order. */
export class Lanes {
  readonly #bucket: Bucket
  readonly #prefix: string

  /** @param channel one token */
  constructor(bucket: Bucket, channel: string) {
    this.#bucket = bucket
    this.#prefix = `lane.${channel}`
  }

  async ids(lane: string): Promise<readonly string[]> {
    return (await this.#bucket.read(this.#key(lane), laneRecord)).value?.ids ?? []
  }

  /** Puts a job at the end, where it is not in it. */
  async add(lane: string, id: string): Promise<void> {
    await this.#bucket.alter(this.#key(lane), laneRecord, record => {
      if (record?.ids.includes(id)) return record
      return {lane, ids: [...(record?.ids ?? []), id]}
    })
  }

  /** Takes jobs out. @returns how many are left */
  async take(lane: string, ids: readonly string[]): Promise<number> {
    const {value} = await this.#bucket.alter(this.#key(lane), laneRecord, record => {
      const left = record?.ids.filter(id => !ids.includes(id)) ?? []
      if (left.length === (record?.ids.length ?? 0)) return record
      return left.length === 0 ? null : {lane, ids: left}
    })
    return value?.ids.length ?? 0
  }

  /** Those that have jobs. */
  async *all(): AsyncGenerator<{lane: string; ids: readonly string[]}> {
    for await (const {value} of this.#bucket.all(`${this.#prefix}.*`, laneRecord)) if (value) yield value
  }

  /** Forgets that there were those that have none. */
  async prune(): Promise<void> {
    for await (const {key, value, revision} of this.#bucket.all(`${this.#prefix}.*`, laneRecord))
      if (!value) await this.#bucket.forget(key, revision)
  }

  #key(lane: string): string {
    return `${this.#prefix}.${token(lane)}`
  }
}
