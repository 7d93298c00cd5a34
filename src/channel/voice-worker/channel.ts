import type {ReopenableEngines} from '../../engines/reopenable.ts'
import type {Health} from '../../service/health.ts'
import type {Log} from '../../service/log.ts'
import type {Metrics} from '../../service/metrics.ts'
import type {DueReminder} from '../../tools/port.ts'
import type {Clock} from '../clock.ts'
import type {ChannelAdapter} from '../delivery/adapter.ts'
import type {Jobs} from '../delivery/job.ts'
import type {Voices} from '../voices/voices.ts'

export interface OpenChannelOptions {
  /** Those of the core and of the plugin that opens it. */
  settings: object
  engines: ReopenableEngines
  /** Tells people apart by their voices; undefined: nobody does. */
  voices: Voices | undefined
  /** Name of the worker. */
  worker: string
  health: Health
  metrics: Metrics
  log: Log
  clock: Clock
  signal: AbortSignal
}

/** A channel as a voice worker has it: messages that its service stored, and how they are answered. */
export interface OpenedChannel {
  jobs: Jobs<unknown, unknown>
  adapter: ChannelAdapter<unknown, unknown>
  /** A reminder as a message of its own; undefined: it is for nobody here. */
  reminded?(reminder: DueReminder): unknown
  /** What else it holds is released; its jobs are closed by the worker. */
  close?(): Promise<void>
}

/** What a channel plugin hands out by its hook `channels`. */
export interface WorkerChannel {
  /** `telegram` */
  name: string
  /** @returns undefined where the settings do not switch it on */
  open(options: OpenChannelOptions): Promise<OpenedChannel | undefined>
}
