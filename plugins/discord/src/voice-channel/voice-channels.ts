import {type Words, wordsIn} from '@essence/core/channel/words/words'
import {EssenceError} from '@essence/core/kit/errors'
import {KeyedQueue} from '@essence/core/kit/flow/keyed-queue'
import type {VoiceChannelOptions} from './port.ts'
import {VoiceChannel} from './voice-channel.ts'

/** The voice channels that June is in: one of each server, as Discord has it. */
export class VoiceChannels {
  readonly #options: VoiceChannelOptions
  readonly #channels = new Map<string, VoiceChannel>()
  /** Servers are joined and left one request after the other. */
  readonly #requests = new KeyedQueue<string>()

  #isClosed = false

  constructor(options: VoiceChannelOptions) {
    this.#options = options
  }

  /**
   * `/join`: into a channel, out of another one of the same server. Resolves once she is there.
   * @throws CANCELLED (closed), and what `VoiceChannel.join` throws
   */
  join(guildId: string, channelId: string, words: Words = wordsIn(this.#options.language)): Promise<void> {
    return this.#inTurn(guildId, async () => {
      if (this.#isClosed) throw stopping()
      if (this.channelOf(guildId) === channelId) return
      await this.#leave(guildId)
      const onLeft = (channel: VoiceChannel): void => {
        if (this.#channels.get(guildId) === channel) this.#channels.delete(guildId)
      }
      const joined = await VoiceChannel.join({...this.#options, guildId, channelId, words, onLeft})
      if (this.#isClosed) {
        await joined.leave()
        throw stopping()
      }
      if (!joined.isOver) this.#channels.set(guildId, joined)
    })
  }

  /** `/leave`. @returns the channel of that server that she was in */
  leave(guildId: string): Promise<string | undefined> {
    return this.#inTurn(guildId, () => this.#leave(guildId))
  }

  /** Where she is in a server; also where she was moved to. */
  channelOf(guildId: string): string | undefined {
    return this.#channels.get(guildId)?.channelId
  }

  /** Somebody came into a voice channel of a server, or went: `voiceStateUpdate` of discord.js. */
  membersChanged(guildId: string): void {
    this.#channels.get(guildId)?.membersChanged()
  }

  /** Leaves them all. @param deadline until it aborts, what she has begun to answer is said to its end; default: no such time */
  async close(deadline: AbortSignal = AbortSignal.abort()): Promise<void> {
    this.#isClosed = true
    await Promise.all(
      [...this.#channels].map(async ([guildId, channel]) => {
        await channel.silent(deadline)
        await this.leave(guildId)
      }),
    )
  }

  async #leave(guildId: string): Promise<string | undefined> {
    const channel = this.#channels.get(guildId)
    const channelId = channel?.channelId
    await channel?.leave()
    return channelId
  }

  async #inTurn<T>(guildId: string, work: () => Promise<T>): Promise<T> {
    const release = await this.#requests.acquire(guildId)
    try {
      return await work()
    } finally {
      release()
    }
  }
}

const stopping = (): EssenceError => new EssenceError('CANCELLED', 'June is stopping: she joins no voice channel.')
