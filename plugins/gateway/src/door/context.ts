import type {ChannelAccess} from '@essence/core/access/channel/port'
import type {Access} from '@essence/core/access/port'
import type {TurnRecord} from '@essence/core/channel/recorded-turn'
import type {TurnLog} from '@essence/core/channel/turn-log'
import type {Listening} from '@essence/core/engines/listening'
import type {Engines} from '@essence/core/engines/open'
import type {FastifyInstance} from 'fastify'
import type {Count, Limits} from './limits.ts'
import type {Sockets} from './socket/sockets.ts'
import type {TurnQueue, TurnQueueOptions} from './turn-queue.ts'

/** What routes of the gateway stand on. */
export interface GatewayContext {
  /** Once they are warm. @throws ENGINE_BUSY where that takes longer than a person waits, CANCELLED */
  engines: (signal: AbortSignal) => Promise<Engines>
  /** Opened when the first live conversation begins. @throws ENGINE_UNAVAILABLE, and what opening throws */
  listening: () => Promise<Listening>
  turns: TurnQueue
  /** All open WebSockets. */
  sockets: Sockets
  /** Opened when it is first asked for. @throws STORE_UNAVAILABLE */
  access: () => Promise<Access>
  /** Who may talk to bots. Opened when it is first asked for; absent where this gateway does not know. @throws STORE_UNAVAILABLE */
  channels?: (() => Promise<ChannelAccess>) | undefined
  /** For what is not a request of its own: frames of a WebSocket. */
  count: Count
  /** Where results of turns are recorded. */
  record: TurnRecord
  /** How long their stages took. */
  turnLog: TurnLog
  /** What is in force, for whoever wants to know. */
  limits: {requests: Limits; turns: TurnQueueOptions; connections: number}
  /** Language of a turn that names none: ISO 639-1 or `auto`. */
  language?: string | undefined
  /** ms after which a word is said where the answer has not begun. Default: never. */
  leadInMs?: number | undefined
  /** Further names of models: what clients say, and which it is. */
  modelAliases: ReadonlyMap<string, string>
  maxAudioMs: number
  maxAudioBytes: number
  /** Largest document read, in bytes. */
  maxDocumentBytes: number
  /** Of a recording that is uploaded to be transcribed, not spoken in a turn. */
  maxUploadBytes: number
  /** ms after which a client that sends, or takes, nothing more is dropped. */
  stallMs: number
  /** ms that a live conversation lasts over one session. */
  liveSessionMs: number
}

/** Adds routes of one kind. */
export type AddRoutes = (http: FastifyInstance, context: GatewayContext) => void | Promise<void>
