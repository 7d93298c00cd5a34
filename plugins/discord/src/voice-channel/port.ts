import type {DiscordGatewayAdapterCreator} from '@discordjs/voice'
import type {Admission} from '@essence/core/channel/admission'
import type {TurnRecord} from '@essence/core/channel/recorded-turn'
import type {Listening} from '@essence/core/engines/listening'
import type {SpeakerRecognition} from '@essence/core/speaker/port'
import type {TurnEngines} from '@essence/core/voice/turn'
import type {Hears} from './addressing/addressing.ts'

/** What a voice channel needs of the client that is connected to Discord. */
export interface VoiceGateway {
  /** June's own user id. */
  botId: string
  /** How to send VOICE_STATE_UPDATE for a server, and hear of June's own voice states and servers: `guild.voiceAdapterCreator` of discord.js. */
  adapterFor(guildId: string): DiscordGatewayAdapterCreator
  /** Ids of the people who are in a voice channel now, bots not counted. */
  members(guildId: string, channelId: string): readonly string[]
  /** What somebody calls themselves on a server, where that is known. */
  nameOf?(guildId: string, userId: string): string | undefined
  /** Writes into the text chat of a voice channel. Its failure is the client's to log. */
  tell(channelId: string, text: string): Promise<void>
}

export interface VoiceChannelOptions extends Pick<Listening, 'vad' | 'endOfTurn'> {
  gateway: VoiceGateway
  admission: Pick<Admission, 'allows'>
  engines: TurnEngines
  /** Tells people apart by their voices. Default: who spoke is whose account it is. */
  voices?: SpeakerRecognition | undefined
  /** What she is to answer in a channel, as people chose there. Default `reply`. */
  hears?: ((channelId: string) => Promise<Hears>) | undefined
  /** Where turns are counted and logged. */
  record: TurnRecord
  /** ISO 639-1 of what people speak, or `auto`. */
  language?: string | undefined
  /** Voice id for the answers. */
  voice?: string | undefined
  limits?: Partial<VoiceChannelLimits> | undefined
}

/** How long what is waited for, in ms, and how often. */
export interface VoiceChannelLimits {
  /** For a channel to be joined. */
  joinMs: number
  /** For a connection that broke to be there again, before June leaves and joins anew. */
  lostMs: number
  /** For a move after June was disconnected, before she counts as removed. */
  moveMs: number
  /** In a channel without anybody who may talk to her. */
  emptyMs: number
  /** Of speech of which nothing can be read. */
  deafMs: number
  /** Between leaving and joining anew; doubled each time. */
  pauseMs: number
  /** Times that she leaves and joins anew within 10 minutes. */
  rejoins: number
}

export const defaultLimits: VoiceChannelLimits = {
  joinMs: 20_000,
  lostMs: 8000,
  moveMs: 5000,
  emptyMs: 10_000,
  deafMs: 10_000,
  pauseMs: 1000,
  rejoins: 3,
}

/**
 * Why June is not in a channel any more: asked to leave; nobody there who may talk to her; thrown out, or the channel deleted; the connection could
 * not be kept, or nothing could be understood over it.
 */
export type LeaveReason = 'asked' | 'empty' | 'removed' | 'lost' | 'deaf'
