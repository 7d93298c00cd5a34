import type {Words} from '@essence/core/channel/words/words'
import type {Listening} from '@essence/core/engines/listening'
import {EssenceError} from '@essence/core/kit/errors'
import {loadOnce} from '@essence/core/kit/load-once'
import type {TurnEngines} from '@essence/core/voice/turn'
import type {Client} from 'discord.js'
import {clientVoice} from './voice-channel/client-voice.ts'
import type {VoiceChannelOptions} from './voice-channel/port.ts'
import {VoiceChannels} from './voice-channel/voice-channels.ts'
import {answerVoiceCommand} from './voice-channel/voice-commands.ts'

export interface VoiceOnRequestOptions
  extends Pick<VoiceChannelOptions, 'admission' | 'voices' | 'record' | 'language' | 'hears'> {
  /** The client, once it is connected. */
  client: () => Client | undefined
  openListening: () => Promise<Listening>
  /** What answers there; closed by who opens it. */
  openEngines: () => Promise<TurnEngines>
}

/** Voice channels of servers: what they need is opened when somebody first asks June to come. */
export class VoiceOnRequest {
  readonly #options: VoiceOnRequestOptions
  readonly #open: () => Promise<VoiceChannels>
  /** What is open, to be closed. */
  readonly #closings: (() => void | Promise<void>)[] = []
  #isClosed = false

  constructor(options: VoiceOnRequestOptions) {
    this.#options = options
    this.#open = loadOnce(() => this.#openChannels())
  }

  /** `/join` and `/leave` of somebody who may talk to June. @returns what to answer  @throws ENGINE_UNAVAILABLE before there is a connection */
  async command(
    name: 'join' | 'leave',
    who: {guildId: string | undefined; userId: string},
    words: Words,
  ): Promise<string> {
    const {voiceChannelOf} = clientVoice(this.#client())
    const channels: Pick<VoiceChannels, 'join' | 'leave'> = {
      join: async (guildId, channelId, words) => (await this.#open()).join(guildId, channelId, words),
      // Where June never was there is nothing to open for it.
      leave: async guildId => (this.#closings.length > 0 ? (await this.#open()).leave(guildId) : undefined),
    }
    return await answerVoiceCommand(name, who, {channels, voiceChannelOf, words, log: this.#options.record.log})
  }

  /** Leaves them all. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const close of this.#closings.splice(0).toReversed()) await close()
  }

  async #openChannels(): Promise<VoiceChannels> {
    const {openListening, openEngines, client: _, ...options} = this.#options
    const gateway = clientVoice(this.#client())
    const engines = await openEngines()
    const {vad, endOfTurn, close} = await openListening()
    const channels = new VoiceChannels({...options, engines, gateway, vad, endOfTurn})
    const stopTelling = gateway.onMembers(guildId => channels.membersChanged(guildId))
    this.#closings.push(close, () => channels.close(), stopTelling)
    if (this.#isClosed) await this.close()
    return channels
  }

  #client(): Client<true> {
    const client = this.#options.client()
    if (!client?.isReady()) throw new EssenceError('ENGINE_UNAVAILABLE', 'The connection to Discord is not there yet.')
    return client
  }
}
