import {nuid} from '@nats-io/transport-node'
import {EssenceError} from '../../../kit/errors.ts'
import {gone, leaseMs} from '../look.ts'
import type {Bucket, Versioned} from './bucket.ts'
import {isOpen, type JobRecord, jobRecord} from './job-record.ts'
import type {LaneQueue, LaneWord} from './lane-queue.ts'
import type {Lanes} from './lanes.ts'

/** ms between two looks at all lanes: for those whose worker died, or whose word was lost. */
const sweepMs = 5000

export interface ClaimsOptions {
  bucket: Bucket
  lanes: Lanes
  queue: LaneQueue
  worker: string
  keyOf: (id: string) => string
  now: () => number
}

interface Claim {
  lane: string
  /** Of this claim alone: what a later one has is not ours. */
  key: string
  word: LaneWord | undefined
  /** The record as it was last written. */
  known: Versioned<JobRecord> | undefined
}

/** What a worker has claimed: the first jobs of lanes, each until it is settled or another worker takes it over. */
export class Claims {
  readonly #options: ClaimsOptions
  /** By id; one may be among them whose claim was asked for, with the answer lost. */
  readonly #held = new Map<string, Claim>()
  /** Lanes to look at without a word of them. */
  readonly #hints = new Set<string>()
  readonly #words: LaneWord[] = []
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(options: ClaimsOptions) {
    this.#options = options
  }

  ids(): string[] {
    return [...this.#held.keys()]
  }

  /** Ids of what is to be stopped, as far as was read. */
  stopped(): string[] {
    return [...this.#held].flatMap(([id, {known}]) => (known?.value?.stopped && isOpen(known.value) ? [id] : []))
  }

  /** Reads all of it again. */
  async refresh(): Promise<void> {
    const {bucket, keyOf} = this.#options
    const read = async ([id, claim]: [string, Claim]): Promise<void> => {
      const known = await bucket.read(keyOf(id), jobRecord)
      if (known.value?.claim === claim.key && known.revision >= (claim.known?.revision ?? 0)) claim.known = known
    }
    await Promise.all([...this.#held].map(read))
  }

  /** Word of a lane that came meanwhile. */
  offer(word: LaneWord): void {
    this.#words.push(word)
  }

  /** Claims the first job of a lane that has one that is free. @throws STORE_UNAVAILABLE */
  async next(): Promise<JobRecord | undefined> {
    for (;;) {
      const [hint] = this.#hints
      if (hint !== undefined) this.#hints.delete(hint)
      const word = hint === undefined ? (this.#words.shift() ?? (await this.#options.queue.next(0))) : undefined
      const lane = hint ?? word?.lane
      if (lane === undefined) {
        if (this.#words.length > 0 || (await this.#sweep())) continue
        return undefined
      }
      try {
        const record = await this.#claimFirst(lane, word)
        if (record) return record
      } catch (error) {
        this.#hints.add(lane)
        throw error
      }
    }
  }

  /** @param ends the state it then has: one that was ended already, by this claim, is left so. @throws CANCELLED: it is another's */
  async change(id: string, change: (record: JobRecord) => JobRecord, ends?: 'done' | 'dead'): Promise<Claim> {
    const claim = this.#held.get(id)
    const {bucket, keyOf} = this.#options
    let isOurs = claim !== undefined
    if (claim) {
      claim.known = await bucket.alter(
        keyOf(id),
        jobRecord,
        record => {
          isOurs = record?.claim === claim.key && (isOpen(record) || record.state === ends)
          return record && isOurs && isOpen(record) ? change(record) : record
        },
        claim.known,
      )
      if (isOurs) return claim
      this.settle(id)
    }
    throw new EssenceError('CANCELLED', `Job ${id} is another worker's by now.`)
  }

  /** It has ended, or is another's: its word is done with. */
  settle(id: string): void {
    this.#held.get(id)?.word?.ack()
    this.#held.delete(id)
  }

  /** It is set aside. */
  forget(id: string): void {
    const claim = this.#held.get(id)
    if (claim) this.#hints.add(claim.lane)
    this.settle(id)
  }

  async release(id: string, failed: {why: string; after: number} | undefined): Promise<void> {
    const {queue, now} = this.#options
    const {why: failure, after = 0} = failed ?? {}
    const claim = this.#held.get(id)
    if (!claim) return
    try {
      await this.change(id, ({holder: _, claim: __, ...record}) => ({
        ...record,
        ...{alone: false, tries: record.tries + (failed ? 1 : 0), after, failure},
      }))
    } catch (error) {
      if (error instanceof EssenceError && error.code === 'CANCELLED') return
      throw error
    }
    this.#held.delete(id)
    if (claim.word) claim.word.nak(after - now())
    else await queue.publish(claim.lane)
  }

  /** @returns ids of what is still ours */
  async renew(): Promise<string[]> {
    const {now} = this.#options
    const renewed = await Promise.all(
      [...this.#held].map(async ([id, {word}]) => {
        try {
          await this.change(id, record => ({...record, heldUntil: now() + leaseMs}))
        } catch (error) {
          if (error instanceof EssenceError && error.code === 'CANCELLED') return []
          throw error
        }
        word?.working()
        return [id]
      }),
    )
    return renewed.flat()
  }

  /** Takes from an earlier process of this name what it had, and looks at all lanes. */
  async reclaim(): Promise<void> {
    const {bucket, lanes, keyOf, worker} = this.#options
    for await (const {lane, ids} of lanes.all()) {
      for (const id of ids) {
        if (this.#held.has(id)) continue
        await bucket.alter(keyOf(id), jobRecord, record =>
          record && isOpen(record) && record.holder === worker ? {...record, holder: gone, heldUntil: 0} : record,
        )
      }
      this.#hints.add(lane)
    }
  }

  close(): void {
    for (const word of this.#words.splice(0)) word.nak()
  }

  /** @returns whether there is a lane to look at */
  async #sweep(): Promise<boolean> {
    const {lanes, now} = this.#options
    if (now() - this.#sweptAt < sweepMs) return false
    this.#sweptAt = now()
    for await (const {lane} of lanes.all()) this.#hints.add(lane)
    return this.#hints.size > 0
  }

  async #claimFirst(lane: string, word: LaneWord | undefined): Promise<JobRecord | undefined> {
    const {bucket, lanes, keyOf, worker, now} = this.#options
    for (;;) {
      const [id] = await lanes.ids(lane)
      if (id === undefined) return void word?.ack()
      const {value: record, revision} = await bucket.read(keyOf(id), jobRecord)
      if (!record || !isOpen(record)) {
        await lanes.take(lane, [id])
        continue
      }
      const at = now()
      // Whoever has it gives word of the lane when it has ended, where there is more.
      const isHeld = record.holder !== undefined && (this.#held.has(id) || record.heldUntil >= at)
      if (isHeld) return void word?.ack()
      if (record.after > at) return void word?.nak(record.after - at)
      const key = nuid.next()
      const isLeft = record.holder !== undefined && record.state === 'received'
      const value: JobRecord = {
        ...record,
        ...{holder: worker, heldUntil: at + leaseMs, claim: key, alone: false},
        crashes: record.crashes + (isLeft && record.alone ? 1 : 0),
        suspect: record.suspect || isLeft,
      }
      const claim: Claim = {lane, key, word, known: undefined}
      this.#held.set(id, claim)
      const written = await bucket.write(keyOf(id), value, revision)
      if (written === undefined) {
        this.#held.delete(id)
        continue
      }
      claim.known = {value, revision: written}
      return value
    }
  }
}
