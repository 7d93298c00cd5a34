// What a deploy and the supervisor of a service say to each other.

import type {HostEvent} from './events.ts'
import type {ServiceLayout} from './layout.ts'

export interface SwitchRequest {
  /** Folder name in `releases`. */
  build: string
  /** `ENV_SH` of the service from now on. */
  envFile?: string | undefined
  /** ms until the new one must be ready. */
  readyMs: number
  /** ms after which it must be ready still. */
  settleMs: number
  /** ms the old one has to end what it works on; then its process group is killed. */
  drainMs: number
  /** Instead of what the release's manifest says. */
  handover?: 'beside' | 'instead' | undefined
}

/** What the supervisor of a service knows. */
export interface SupervisedState {
  state: 'stopped' | 'starting' | 'ready' | 'unhealthy' | 'restarting' | 'gave-up'
  /** Of the release that serves, or tries to. */
  build?: string | undefined
  pid?: number | undefined
  /** ms since the epoch. */
  startedAt?: number | undefined
  /** Ends by itself since its start was asked for. */
  restarts: number
  /** Why it ended last. */
  lastEnd?: string | undefined
  /** What `/health` said last. */
  health?: unknown
  supervisorPid: number
}

export interface Switched {
  build: string
  /** ms until the new one was ready. */
  readyMs: number
  /** ms without a serving release; 0 when the new one started beside the old one. */
  gapMs: number
}

/** The supervisor of one service, which holds its ports and keeps it running. */
export interface ServiceControl {
  status(): Promise<SupervisedState>
  /**
   * Starts a release and, once it is ready and still is after the settle time, points `current` at it and drains the old
   * one. Also of the release that runs already: a restart.
   * @throws DEPLOY_FAILED: the new one is stopped, the old one serves, its last 50 lines went out as a `log` event
   */
  switchTo(request: SwitchRequest, onEvent: (event: HostEvent) => void, signal?: AbortSignal): Promise<Switched>
  /** Drains the service and ends the supervisor; resolves when both are gone. */
  stop(options: {drainMs: number}, onEvent: (event: HostEvent) => void): Promise<void>
  close(): void
}

/** A systemd unit that starts the supervisor of a service. */
export interface SupervisorUnit {
  /** Its file. */
  path: string
  /** Ends what it runs, and removes it. */
  remove(): Promise<void>
}

/** How the supervisor of a service is reached, and brought up where none runs. */
export interface Supervision {
  /** `undefined` where there is none. */
  unit(layout: ServiceLayout): Promise<SupervisorUnit | undefined>
  /** `undefined` where none runs. */
  connect(layout: ServiceLayout): Promise<ServiceControl | undefined>
  /**
   * Starts a supervisor that outlives this process; the service itself is started by `switchTo`.
   * @param options.systemd as a systemd unit, which starts it at boot too
   * @param options.user whom a unit of the system runs as
   * @param options.program path of the host program, of which it may keep a copy
   * @param options.request what will be asked of it: a unit is made to fit the release's folders and times
   */
  start(
    layout: ServiceLayout,
    options: {systemd: boolean; user?: string | undefined; program: string; request: SwitchRequest},
  ): Promise<ServiceControl>
}
