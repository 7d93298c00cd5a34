import {type Clock, pauseMs} from '@essence/core/channel/clock'
import {isEssenceError, messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import type {DiscordApi} from '../client/discord-api.ts'
import {type Incoming, rawIdOf, readDeleted} from './incoming.ts'
import {type MissedChannel, newChannels, readMissed, startOf} from './missed.ts'
import {readInteraction, type StrangePress} from './read-interaction.ts'
import {readEdited, readMessage} from './read-message.ts'
import type {Seen} from './seen.ts'

/** Events that wait to be stored; of messages beyond that only the channel is kept, which is read again. */
const maxWaiting = 500

/** Conversations that are opened at once: Discord does not like many. */
const maxMet = 20

/** ms between two notes of how far messages were taken over. */
const saveMs = 30_000

export interface IntakeOptions {
  /** The bot's own id. */
  me: string
  api: Pick<DiscordApi, 'messagesAfter' | 'openDirect'>
  seen: Seen
  /** Ids of those who may write to the bot: also their first words are not to be missed. */
  people: () => Promise<readonly string[]>
  /** Stores messages; when it resolves they outlive a crash. */
  accept: (messages: readonly Incoming[]) => Promise<void>
  /** Drops messages of a channel that nobody has begun to answer. */
  drop: (channelId: string, messageIds: readonly string[]) => Promise<void>
  /** Called with a press of somebody else's button. */
  onStrangePress: (press: StrangePress) => void
  clock: Clock
  log: Log
}

/**
 * The one door of all that people do: one after the other, in the order in which Discord tells it, each stored before the next. What
 * cannot be stored is tried again; what was missed is read from the channels and goes the same way.
 */
export class Intake {
  readonly #options: IntakeOptions
  readonly #stopping = new AbortController()
  #tail: Promise<void> = Promise.resolve()
  #waiting = 0
  /** Channels of which something was missed, with how often reading them failed. */
  readonly #unread = new Map<string, number>()
  /** Servers that Discord has promised to tell of. */
  readonly #expected = new Set<string>()
  /** The newest of all that came. */
  #newest: string | undefined
  #savedAt = Number.NEGATIVE_INFINITY

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  message(raw: unknown): void {
    const {channel_id: channelId} = raw as {channel_id?: unknown}
    if (this.#waiting >= maxWaiting && typeof channelId === 'string') {
      this.#unread.set(channelId, 0)
      return
    }
    this.#queue(async () => {
      const message = readMessage(raw, this.#options)
      if (message) await this.#store(message)
      this.#saw(raw)
    })
  }

  edited(raw: unknown): void {
    this.#queue(async () => {
      const message = readEdited(raw, this.#options)
      if (message) await this.#store(message)
    })
  }

  /** What somebody took back is not answered, where that has not begun. */
  deleted(raw: unknown): void {
    this.#queue(async () => {
      const gone = readDeleted(raw)
      if (gone) await this.#options.drop(gone.channelId, gone.ids)
    })
  }

  interaction(raw: unknown): void {
    this.#queue(async () => {
      const told = readInteraction(raw)
      if (!told) return
      if ('kind' in told) this.#options.onStrangePress(told)
      else await this.#store(told)
    })
  }

  /** A session has begun: of conversations of two Discord does not say whether there is something new. */
  begins(raw: unknown): void {
    for (const id of startOf(raw)) this.#expected.add(id)
    this.#queue(() => this.#meet())
    this.#read(this.#options.seen.direct.map(id => ({id, isDirect: true})))
  }

  /** Opens the conversations of two that there are not yet: somebody may have written the first words while the bot was away. */
  async #meet(): Promise<void> {
    const {api, seen, people, log} = this.#options
    const known = await people()
    for (const userId of known.filter(id => !seen.knows(id)).slice(0, maxMet)) {
      try {
        const id = await api.openDirect(userId, this.#stopping.signal)
        seen.addDirect(userId, id)
        await this.#readChannel({id, isDirect: true})
      } catch (error) {
        log.debug({why: messageOf(error)}, 'a conversation of two was not opened')
      }
    }
  }

  /** A server is there; its channels say which message is their last. */
  server(raw: unknown): void {
    const {seen, clock} = this.#options
    const {id, channels} = newChannels(raw, seen.after(clock.now()))
    this.#read(channels, () => {
      if (id !== undefined) this.#expected.delete(id)
    })
  }

  /** Takes no more; resolves when what came is stored, or cannot be for now. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#tail
    await this.#save()
  }

  #read(channels: readonly MissedChannel[], then: () => void = () => {}): void {
    for (const {id} of channels) this.#unread.set(id, this.#unread.get(id) ?? 0)
    this.#queue(async () => {
      for (const channel of channels) await this.#readChannel(channel)
      then()
    })
  }

  async #readChannel(channel: MissedChannel): Promise<void> {
    const {api, seen, me, clock, log} = this.#options
    const {signal} = this.#stopping
    if (signal.aborted) return
    try {
      const isDirect = channel.isDirect ?? seen.direct.includes(channel.id)
      const after = seen.after(clock.now())
      for await (const raw of readMissed(api, channel.id, after, log, signal)) {
        const message = readMessage(raw, {me, isDirect})
        if (message) await this.#store(message)
        this.#saw(raw)
      }
      this.#unread.delete(channel.id)
    } catch (error) {
      if (signal.aborted) return
      this.#retryLater(channel, error)
    }
  }

  #retryLater(channel: MissedChannel, error: unknown): void {
    const {clock, log} = this.#options
    const why = messageOf(error)
    // The bot may not read there (any more): there is nothing for it to answer either.
    if (isEssenceError(error) && error.code === 'REMOTE_REFUSED') {
      this.#unread.delete(channel.id)
      log.debug({channelId: channel.id, why}, 'a channel is not open to the bot')
      return
    }
    const failures = (this.#unread.get(channel.id) ?? 0) + 1
    this.#unread.set(channel.id, failures)
    const ms = (error as {retryAfterMs?: number}).retryAfterMs ?? pauseMs(failures)
    log.warn({channelId: channel.id, why, pauseMs: Math.round(ms)}, 'cannot read what was missed; trying again')
    void clock.wait(ms, this.#stopping.signal).then(() => this.#queue(() => this.#readChannel(channel)))
  }

  /** Stores one; a disk that is full, or a database that is away, is waited for. */
  async #store(message: Incoming): Promise<void> {
    const {accept, seen, clock, log} = this.#options
    for (let failures = 1; ; failures++) {
      try {
        if (message.isDirect && seen.addDirect(message.userId, message.channelId)) await seen.save()
        await accept([message])
        return
      } catch (error) {
        log.error({why: messageOf(error)}, 'a message cannot be stored; trying again')
        await clock.wait(pauseMs(failures), this.#stopping.signal)
        // Discord has it: the next start reads it.
        if (this.#stopping.signal.aborted) throw error
      }
    }
  }

  #saw(raw: unknown): void {
    const id = rawIdOf(raw)
    if (id === undefined) return
    if (this.#newest === undefined || BigInt(id) > BigInt(this.#newest)) this.#newest = id
  }

  #queue(work: () => Promise<void>): void {
    const {log} = this.#options
    if (this.#stopping.signal.aborted) return
    this.#waiting++
    this.#tail = this.#tail.then(work).then(
      () => this.#ended(),
      error => {
        this.#waiting--
        log.error({why: messageOf(error)}, 'an event was not taken over')
      },
    )
  }

  async #ended(): Promise<void> {
    this.#waiting--
    const {clock} = this.#options
    // What there was no room for is read now.
    if (this.#waiting === 0) {
      const left = [...this.#unread].filter(([, failures]) => failures === 0)
      if (left.length > 0) this.#read(left.map(([id]) => ({id})))
    }
    if (clock.now() - this.#savedAt < saveMs) return
    this.#savedAt = clock.now()
    await this.#save()
  }

  /** Notes how far it is, where nothing before that may be missing. */
  async #save(): Promise<void> {
    const {seen, log} = this.#options
    const isComplete = this.#unread.size === 0 && this.#expected.size === 0 && this.#waiting === 0
    if (isComplete && this.#newest !== undefined) seen.advance(this.#newest)
    await seen.save().catch(error => log.warn({why: messageOf(error)}, 'not noted how far messages were taken over'))
  }
}
