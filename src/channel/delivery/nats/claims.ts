import {nuid} from '@nats-io/transport-node'
import {EssenceError} from '../../../kit/errors.ts'
import type {ClockWatch} from '../clock-watch.ts'
import type {Setback} from '../job.ts'
import {gone, leaseMs} from '../look.ts'
import type {Bucket, Versioned} from './bucket.ts'
import {failed, isOpen, type JobRecord, jobRecord, pauseLeft} from './job-record.ts'
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
  watch: ClockWatch
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
  /** Of lanes whose first job another worker has: how it was written, and since when, by the clock that only runs, it is so. */
  readonly #seen = new Map<string, {revision: number; at: number}>()
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
    // That the clock was set is seen when it is.
    await this.#options.watch.time()
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

  async release(id: string, setback: Setback | undefined): Promise<void> {
    const {queue, watch} = this.#options
    const at = await watch.time()
    const claim = this.#held.get(id)
    if (!claim) return
    try {
      await this.change(id, ({holder: _, claim: __, ...record}) => {
        const free = {...record, alone: false}
        return setback ? failed(free, setback, at) : free
      })
    } catch (error) {
      if (error instanceof EssenceError && error.code === 'CANCELLED') return
      throw error
    }
    this.#held.delete(id)
    if (claim.word) claim.word.nak(setback?.afterMs)
    else await queue.publish(claim.lane)
  }

  /** @returns ids of what is still ours */
  async renew(): Promise<string[]> {
    const until = (await this.#options.watch.time()) + leaseMs
    const renewed = await Promise.all(
      [...this.#held].map(async ([id, {word}]) => {
        try {
          await this.change(id, record => ({...record, heldUntil: until}))
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

  /** Its lane is looked at without a word of it. */
  ackWord(id: string): void {
    const claim = this.#held.get(id)
    claim?.word?.ack()
    if (claim) claim.word = undefined
  }

  close(): void {
    for (const word of this.#words.splice(0)) word.nak()
  }

  /** @returns whether there is a lane to look at */
  async #sweep(): Promise<boolean> {
    const {lanes, watch} = this.#options
    if (watch.running() - this.#sweptAt < sweepMs) return false
    this.#sweptAt = watch.running()
    for await (const {lane} of lanes.all()) this.#hints.add(lane)
    return this.#hints.size > 0
  }

  /** Whoever has it writes it anew while it lives: no clock of another machine is asked. */
  #isHeld(lane: string, {holder}: JobRecord, revision: number): boolean {
    const at = this.#options.watch.running()
    const seen = this.#seen.get(lane)
    if (holder === gone) return false
    if (seen?.revision === revision) return at - seen.at < leaseMs
    this.#seen.set(lane, {revision, at})
    return true
  }

  async #claimFirst(lane: string, word: LaneWord | undefined): Promise<JobRecord | undefined> {
    const {bucket, lanes, keyOf, worker, watch} = this.#options
    for (;;) {
      const [id] = await lanes.ids(lane)
      if (id === undefined) {
        this.#seen.delete(lane)
        return void word?.ack()
      }
      const {value: record, revision} = await bucket.read(keyOf(id), jobRecord)
      if (!record || !isOpen(record)) {
        await lanes.take(lane, [id])
        continue
      }
      const at = await watch.time()
      // Whoever has it gives word of the lane when it has ended, where there is more.
      const isHeld = record.holder !== undefined && (this.#held.has(id) || this.#isHeld(lane, record, revision))
      if (isHeld) return void word?.ack()
      const pauseMs = pauseLeft(record, at)
      if (pauseMs > 0) return void word?.nak(pauseMs)
      const key = nuid.next()
      // One that pauses ends no process.
      const isLeft = record.holder !== undefined && record.state === 'received' && record.waitsFrom === 0
      const value: JobRecord = {
        ...record,
        ...{holder: worker, heldUntil: at + leaseMs, claim: key, alone: false, after: 0, waitsFrom: 0},
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
