import {AckPolicy, DiscardPolicy, RetentionPolicy, StorageType} from '@nats-io/jetstream'
import {type Msg, nanos} from '@nats-io/transport-node'
import * as z from 'zod'
import type {QueueStatus} from '../job.ts'
import type {Nats, NatsUse} from './connection.ts'

const stream = 'VOICE_MESSAGES'
const subject = 'voice.message.process'
const durable = 'voice_workers'

/** Words of work, a hundred bytes each: no sound, no text. */
const maxWords = 10_000
const maxBytes = 64 * 1024 * 1024

/** A word that is not acknowledged for so long is handed out again. */
const ackWaitMs = 300_000
/** As many as there may be: words of lanes that pause hold up no other. */
const maxUnacknowledged = maxWords

const wordSchema = z.object({lane: z.string()})

/** Word that a lane has work, until it is settled. */
export interface LaneWord {
  lane: string
  /** It is done with. */
  ack(): void
  /** Somebody is to look at it again. @param delayMs after that */
  nak(delayMs?: number): void
  /** It is still worked on. */
  working(): void
}

/** A work queue of lanes that have work: workers take turns on it. What is in the lanes is kept elsewhere. */
export class LaneQueue {
  readonly #nats: Nats
  readonly #subject: string
  readonly #durable: string
  readonly #ready = new WeakMap<NatsUse, Promise<void>>()

  /** @param channel one token */
  constructor(nats: Nats, channel: string) {
    this.#nats = nats
    this.#subject = `${subject}.${channel}`
    this.#durable = `${durable}-${channel}`
  }

  /** @param id two words of the same id are one, within two minutes */
  async publish(lane: string, id?: string): Promise<void> {
    await this.#use(({js}) => js.publish(this.#subject, JSON.stringify({lane}), id === undefined ? {} : {msgID: id}))
  }

  /** @param waitMs 0: only where there is one already */
  async next(waitMs: number): Promise<LaneWord | undefined> {
    const request = waitMs === 0 ? {batch: 1, no_wait: true} : {batch: 1, expires: nanos(waitMs)}
    const message = await this.#use(({connection}) =>
      connection.request(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${this.#durable}`, JSON.stringify(request), {
        timeout: waitMs + 2000,
        // The word comes under its own subject, by which the inbox that requests share cannot tell it.
        noMux: true,
      }),
    )
    // 404 or 408: there is none. https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-13.md
    if (message.headers && message.headers.code >= 400) {
      if (message.headers.code === 409) throw new Error(message.headers.description)
      return undefined
    }
    return readWord(message)
  }

  async status(): Promise<QueueStatus> {
    return await this.#use(async ({jsm}) => {
      const {state} = await jsm.streams.info(stream)
      const {num_pending: pending, delivered} = await jsm.consumers.info(stream, this.#durable)
      return {
        ...{stream_name: stream, subject: this.#subject},
        ...{messages: state.messages, bytes: state.bytes, first_seq: state.first_seq, last_seq: state.last_seq},
        consumer_count: state.consumer_count,
        consumer: {pending, delivered: delivered.stream_seq},
      }
    })
  }

  #use<T>(work: (use: NatsUse) => Promise<T>): Promise<T> {
    return this.#nats.use(async use => {
      const ready = this.#ready.get(use) ?? this.#make(use)
      this.#ready.set(use, ready)
      ready.catch(() => this.#ready.delete(use))
      await ready
      return await work(use)
    })
  }

  async #make({jsm}: NatsUse): Promise<void> {
    const config = {
      subjects: [`${subject}.>`],
      // Nothing grows old in it: a word that is lost would leave its lane to the next look at all of them.
      max_age: 0,
      max_msgs: maxWords,
      max_bytes: maxBytes,
      discard: DiscardPolicy.New,
    }
    await jsm.streams
      .add({name: stream, retention: RetentionPolicy.Workqueue, storage: StorageType.File, ...config})
      // Made by an earlier version, with other limits.
      .catch(() => jsm.streams.update(stream, config))
    const limits = {ack_wait: nanos(ackWaitMs), max_ack_pending: maxUnacknowledged}
    await jsm.consumers
      .add(stream, {
        durable_name: this.#durable,
        filter_subject: this.#subject,
        ack_policy: AckPolicy.Explicit,
        // How often a message is tried is counted with the message.
        max_deliver: -1,
        ...limits,
      })
      .catch(() => jsm.consumers.update(stream, this.#durable, limits))
  }
}

const readWord = (message: Msg): LaneWord | undefined => {
  // Over a connection that has ended nothing can be said; the word is handed out again.
  const settle = (word: string): void => {
    try {
      message.respond(word)
    } catch {}
  }
  const {data} = wordSchema.safeParse(readJson(message.string()))
  if (!data) {
    settle('+TERM')
    return undefined
  }
  return {
    ...data,
    ack: () => settle('+ACK'),
    nak: (delayMs = 0) => settle(delayMs > 0 ? `-NAK ${JSON.stringify({delay: nanos(Math.ceil(delayMs))})}` : '-NAK'),
    working: () => settle('+WPI'),
  }
}

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
