import type {ChannelAccess} from '@essence/core/access/channel/port'
import type {Access} from '@essence/core/access/port'
import type {TurnLog} from '@essence/core/channel/turn-log'
import type {Listening} from '@essence/core/engines/listening'
import type {Engines, OpenOptions} from '@essence/core/engines/open'
import type {Health} from '@essence/core/service/health'
import type {Log} from '@essence/core/service/log'
import type {Metrics} from '@essence/core/service/metrics'
import type {Limits} from './door/limits.ts'
import type {TurnQueueOptions} from './door/turn-queue.ts'

/** What the gateway is opened with. */
export interface GatewayOptions {
  /** Where it is one of this machine, a caller from here needs no token. */
  host: string
  /** 0 takes any free one. */
  port: number
  version: string
  health: Health
  metrics: Metrics
  log: Log
  openEngines: (options: Pick<OpenOptions, 'signal' | 'onLoad' | 'kept'>) => Promise<Engines>
  /** What live conversations listen with. Default: there are none. */
  openListening?: (() => Promise<Listening>) | undefined
  /** ms that a turn waits for engines that are loaded. Default: as long as a person does. */
  patienceMs?: number | undefined
  /** Language of a turn that names none: ISO 639-1 or `auto`. */
  language?: string | undefined
  /** ms after which a word is said where an answer has not begun. Default: never. */
  leadInMs?: number | undefined
  /** IANA name of the time zone people are told times in. Default: the machine's. */
  timeZone?: string | undefined
  /** Content-Security-Policy of every answer. Default: our own, which the page needs at least. */
  contentSecurityPolicy?: string | undefined
  /** Value of Strict-Transport-Security. Default: not sent. */
  strictTransportSecurity?: string | undefined
  /** Other pages that may call. Default: none. */
  corsOrigins?: readonly string[] | undefined
  /** Names of this server, where a proxy of this machine stands before it. Default: none. */
  allowedHosts?: readonly string[] | undefined
  /** Addresses of proxies whose word on who asks counts. */
  trustedProxies?: readonly string[] | undefined
  limits: Limits
  /** Further names of models, for OpenAI's clients. Default: none. */
  modelAliases?: ReadonlyMap<string, string> | undefined
  /** Who has accounts and keys. Opened when it is first asked for. @param address where this gateway answers, once it does */
  openAccess: (address: () => string | undefined) => Promise<Access>
  /** Who may talk to bots. Default: no routes about that. */
  openChannels?: (() => Promise<ChannelAccess>) | undefined
  /** Tokens for names nobody proves are given to everybody, not only to callers on this machine. Default false. */
  openTokens?: boolean | undefined
  /** Where the times of turns are kept. Default: in memory. */
  turnLog?: TurnLog | undefined
  /** Turns at once, and those that wait. */
  queue?: Partial<TurnQueueOptions> | undefined
  /** Connections at once; one more is refused. */
  maxConnections?: number | undefined
  /** Longest recording taken, in ms. */
  maxAudioMs?: number | undefined
  /** Largest recording taken, in bytes. */
  maxAudioBytes?: number | undefined
  /** Largest document read, in bytes. */
  maxDocumentBytes?: number | undefined
  /** Largest recording taken to be transcribed, in bytes. Default: 50 MB. */
  maxUploadBytes?: number | undefined
  /** ms after which a client that sends, or takes, nothing more loses its turn. */
  stallMs?: number | undefined
  /** ms that a session of the Realtime API lasts at most. Default: an hour, as OpenAI has it. */
  liveSessionMs?: number | undefined
}
