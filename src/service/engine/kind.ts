import type {ServerCredentials} from '@grpc/grpc-js'
import type {EngineInfo, EngineInUse} from '../../compute/engine-info.ts'
import type {Settings} from '../../config/schema.ts'
import type {EngineOptions} from '../../engines/options.ts'
import type {Replaceable} from '../../engines/replaceable.ts'
import type {Secret} from '../../kit/secret.ts'
import type {RpcServer} from '../../rpc/server.ts'
import type {Metrics} from '../metrics.ts'

/** What a service needs of its engine. */
export interface ServedEngine {
  info: EngineInfo
  close(): Promise<void>
}

/** Where an engine service listens; a port of 0 takes any free one. */
export interface EngineAddress {
  host: string
  /** Of gRPC. */
  port: number
  /** Of /health and /metrics. */
  metricsPort: number
}

/** Options of its gRPC server. */
export interface ServeOptions<Engine> {
  host: string
  port: number
  /** The variable of the port. */
  variable: string
  version: string
  /** The key that callers must show, if any. */
  key: Secret | undefined
  /** For TLS, if any. */
  credentials: ServerCredentials | undefined
  idleMs: number
  stallMs: number
  metrics: {registry: Metrics['registry']; prefix: string}
  onError: (error: unknown, method: string) => void
  /** Whether the engine works. */
  healthy: () => boolean
  /** The engine, once it is warm. */
  engine: () => Engine | undefined
}

/** One kind of engine: how it is opened and served, and what of the settings is its own. */
export interface EngineKind<Engine extends ServedEngine, S extends Settings = Settings> {
  /** Of the service and its figures: `stt`. */
  name: string
  /** `speech recognition` */
  role: string
  /** The part of a turn it does, if any. */
  inTurn?: EngineInUse['role'] | undefined
  address(settings: S): EngineAddress
  /** The variables that set the address, for messages. */
  variables: Record<keyof EngineAddress, string>
  /** Opens the engine in this process. */
  open(settings: S, options: EngineOptions): Promise<Engine>
  /** What is held, as one engine: whichever it is at the moment of a call. Without it the engine stays what it is until the next start. */
  held?(held: Replaceable<Engine>): Engine
  /** What is missing of what it should be, for health: `no memory: …`. Default: nothing ever is. */
  lacks?(engine: Engine): readonly string[]
  /** Ends what outlives its engines; called last. */
  close?(): Promise<void>
  serve(options: ServeOptions<Engine>, settings: S): Promise<RpcServer>
  /** Uses the engine as a call would, so that buffers are allocated and GPU kernels compiled. */
  warmUp(engine: Engine, signal: AbortSignal): Promise<void>
}
