import {
  type DiscordGatewayAdapterCreator,
  joinVoiceChannel,
  type VoiceConnection,
  VoiceConnectionDisconnectReason,
  type VoiceConnectionState,
  VoiceConnectionStatus,
} from '@discordjs/voice'
import {RateLimit} from '@essence/core/access/rate-limit'
import {guardConnection, hasKeys} from './guard-connection.ts'
import type {LeaveReason, VoiceChannelLimits} from './port.ts'

/** What bounds how often June leaves and joins anew. */
const rejoinWindowMs = 600_000

/** Times in a minute that a connection may break and be mended as Discord asks for, before she joins anew instead. */
const maxMended = 5

/** ms between two tries while the client itself is not connected to Discord, and how often. */
const [clientRetryMs, maxClientRetries] = [2000, 30]

/** ms in which Discord names another server, where one was taken away. */
const serverAwayMs = 30_000

export interface VoiceLinkOptions {
  guildId: string
  channelId: string
  botId: string
  adapterCreator: DiscordGatewayAdapterCreator
  limits: VoiceChannelLimits
  /** A connection was begun, the first or one that takes the place of another. */
  onConnection: (connection: VoiceConnection) => void
  /** She is connected, or is not any more. */
  onReady: (isReady: boolean) => void
  /** The keys of the call have changed. */
  onKeys: () => void
  onMoved: (channelId: string) => void
  /** It is over, and not by `leave`. */
  onEnded: (reason: LeaveReason) => void
  onProblem: (problem: unknown, what: string) => void
}

/** June's connection to a voice channel, kept up: through closed sockets, moves, and servers that change. */
export class VoiceLink {
  readonly #options: VoiceLinkOptions
  readonly #rejoins: RateLimit
  readonly #mended = new RateLimit([{count: maxMended, windowMs: 60_000}])
  #channelId: string
  #connection: VoiceConnection | undefined
  #timer: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined
  #rejoined = 0
  #clientRetries = 0
  #isOver = false

  constructor(options: VoiceLinkOptions) {
    this.#options = options
    this.#channelId = options.channelId
    this.#rejoins = new RateLimit([{count: options.limits.rejoins, windowMs: rejoinWindowMs}])
  }

  get channelId(): string {
    return this.#channelId
  }

  /** Whether what June says can be heard: in a call that is encrypted end to end she needs a key first. */
  get canSpeak(): boolean {
    return this.#connection !== undefined && hasKeys(this.#connection)
  }

  /** Whether she is connected. */
  get isReady(): boolean {
    return this.#connection?.state.status === VoiceConnectionStatus.Ready
  }

  join(): void {
    const {guildId, botId, limits, onConnection, onKeys, onProblem} = this.#options
    const connection = joinVoiceChannel({
      ...{guildId, channelId: this.#channelId, selfDeaf: false, selfMute: false},
      // Of each bot of this process its own.
      group: botId,
      adapterCreator: this.#adapter(),
    })
    this.#connection = connection
    connection.on('stateChange', (before, state) => this.#changed(connection, before, state))
    connection.on('transitioned', onKeys)
    connection.on('error', error => onProblem(error, 'the voice connection'))
    guardConnection(connection, error => {
      onProblem(error, 'the voice connection broke')
      // Not from within its own socket.
      if (connection === this.#connection) setImmediate(() => connection === this.#connection && this.rejoin('lost'))
    })
    this.#within(limits.lostMs)
    onConnection(connection)
    // Where the client cannot send, that is known already.
    this.#changed(connection, connection.state, connection.state)
  }

  /** Leaves, and joins anew after a pause; too often, and it is over. @returns whether it does */
  rejoin(reason: LeaveReason): boolean {
    const {limits, onReady} = this.#options
    if (this.#isOver) return false
    if (!this.#rejoins.take('').ok) {
      this.#end(reason)
      return false
    }
    this.#drop()
    onReady(false)
    this.#timer = setTimeout(() => this.join(), limits.pauseMs * 2 ** this.#rejoined++)
    return true
  }

  leave(): void {
    this.#isOver = true
    this.#drop()
  }

  #adapter(): DiscordGatewayAdapterCreator {
    let isIn = false
    return methods =>
      this.#options.adapterCreator({
        ...methods,
        onVoiceStateUpdate: data => {
          methods.onVoiceStateUpdate(data)
          const {channel_id: channelId} = data
          if (channelId === null) {
            // Of the leave before this join Discord may tell late.
            if (isIn) this.#end('removed')
            return
          }
          isIn = true
          if (channelId === this.#channelId) return
          this.#channelId = channelId
          this.#options.onMoved(channelId)
        },
      })
  }

  #changed(connection: VoiceConnection, before: VoiceConnectionState, state: VoiceConnectionState): void {
    const {limits, onReady} = this.#options
    if (connection !== this.#connection || this.#isOver) return
    const {Ready, Signalling, Disconnected, Destroyed} = VoiceConnectionStatus
    if (state.status === Ready) {
      if (before.status === Ready) return
      clearTimeout(this.#timer)
      this.#timer = undefined
      this.#clientRetries = 0
      onReady(true)
      return
    }
    if (before.status === Ready) {
      onReady(false)
      this.#within(limits.lostMs)
    }
    // The client's adapter is gone: June is in the server no more, or the client is destroyed.
    if (state.status === Destroyed) this.#end('removed')
    else if (state.status === Signalling && before !== state && !this.#mended.take('').ok) this.rejoin('lost')
    else if (state.status === Disconnected) {
      if (state.reason === VoiceConnectionDisconnectReason.WebSocketClose) {
        this.#within(limits.moveMs, () => this.#end('removed'))
      } else if (state.reason === VoiceConnectionDisconnectReason.EndpointRemoved) this.#within(serverAwayMs)
      else this.#askAgain(connection)
    }
  }

  /** The client is not connected to Discord: it will be. */
  #askAgain(connection: VoiceConnection): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#retry)
    if (this.#clientRetries++ >= maxClientRetries) {
      this.#end('lost')
      return
    }
    this.#retry = setTimeout(() => {
      if (connection !== this.#connection || connection.state.status !== VoiceConnectionStatus.Disconnected) return
      this.#within(this.#options.limits.lostMs)
      connection.rejoin()
    }, clientRetryMs)
  }

  #within(ms: number, otherwise = (): void => void this.rejoin('lost')): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(otherwise, ms)
  }

  #end(reason: LeaveReason): void {
    if (this.#isOver) return
    this.leave()
    this.#options.onEnded(reason)
  }

  #drop(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#retry)
    const connection = this.#connection
    this.#connection = undefined
    if (connection && connection.state.status !== VoiceConnectionStatus.Destroyed) connection.destroy()
  }
}
