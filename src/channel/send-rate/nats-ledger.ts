import {nuid} from '@nats-io/transport-node'
import * as z from 'zod'
import {Bucket, token} from '../delivery/nats/bucket.ts'
import type {Nats} from '../delivery/nats/connection.ts'
import {type Asked, freeInMs, type Ledger, type LedgerOptions, type Taken, tidyMs} from './ledger.ts'
import {glimpseShare} from './permit.ts'
import {type Limit, marginMs} from './places.ts'

const sent = z.object({
  id: z.string(),
  chat: z.string(),
  /** ms since the epoch: its end, or when it will have ended. */
  until: z.number(),
  /** So long after that it counts, in ms. */
  ms: z.number(),
})
type Sent = z.infer<typeof sent>
const record = z.object({sends: z.array(sent)})

/** One record for each bot, of what counts yet: some seconds of messages, of groups a minute; changed by compare-and-set. */
export class NatsLedger implements Ledger {
  readonly #options: LedgerOptions
  readonly #bucket: Bucket
  readonly #key: string
  /** When those ended of which the others do not know yet. */
  readonly #ended = new Map<string, number>()
  /** One after the other: ends that come meanwhile are written together. */
  #last: Promise<unknown> = Promise.resolve()

  constructor({nats, ...options}: LedgerOptions & {nats: Nats}) {
    this.#options = options
    this.#bucket = new Bucket(nats, 'voice_sends')
    this.#key = token(options.channel)
  }

  async take({chat, limits = [], all, isGlimpse}: Asked): Promise<Taken> {
    const id = nuid.next()
    const ms = Math.max(...[...limits, all].map(limit => limit.ms))
    const parts = isGlimpse ? glimpseShare : 1
    let waits: {chatMs: number; allMs: number} | undefined
    await this.#alter((sends, at) => {
      const inChat = sends.filter(one => one.chat === chat)
      const isFull = (windowed: readonly Sent[], {count, ms}: Limit): boolean =>
        windowed.filter(({until}) => until > at - ms - marginMs).length >= Math.ceil(count / parts)
      const isBusy = limits.some(limit => isFull(inChat, limit)) || isFull(sends, all)
      const chatMs = Math.max(0, ...limits.map(limit => waitMs(inChat, limit, at)))
      waits = isBusy ? {chatMs, allMs: waitMs(sends, all, at)} : undefined
      return isBusy ? sends : [...sends, {id, chat, until: at + this.#options.longestMs, ms}]
    })
    return waits ?? {end: () => this.#end(id)}
  }

  async #end(id: string): Promise<void> {
    this.#ended.set(id, this.#options.now())
    await this.#alter(sends => sends)
  }

  #alter(change: (sends: readonly Sent[], at: number) => readonly Sent[]): Promise<void> {
    const altered = this.#last.then(() => this.#write(change))
    this.#last = altered.catch(() => undefined)
    return altered
  }

  async #write(change: (sends: readonly Sent[], at: number) => readonly Sent[]): Promise<void> {
    const {now, longestMs} = this.#options
    const ended = new Map(this.#ended)
    await this.#bucket.alter(this.#key, record, known => {
      const at = now()
      const counted = (known?.sends ?? [])
        .map(one => ({...one, until: ended.get(one.id) ?? one.until}))
        // What was written before the clock was set back counts no more, either.
        .filter(({until, ms}) => until > at - ms - marginMs && until < at + longestMs + tidyMs)
      const sends = change(counted, at)
      // Nothing is written only to forget.
      return sends === counted && ended.size === 0 ? known : {sends: [...sends]}
    })
    for (const id of ended.keys()) this.#ended.delete(id)
  }
}

/** ms until a window has a place again. */
const waitMs = (sends: readonly Sent[], {count, ms}: Limit, at: number): number =>
  freeInMs(sends.map(one => one.until).sort((a, b) => b - a)[count - 1], ms, at)
