// What can be asked of a machine that runs services of June: the same here and, over SSH, elsewhere.
import type {SupervisedState} from '../host/control.ts'
import type {HostEvent} from '../host/events.ts'
import type {ReleaseOutline} from '../manifest.ts'

export interface DeployInput {
  service: string
  /** Path of the tarball on that machine. */
  tarball: string
  /** Hex SHA-256 of the tarball. */
  sha256: string
  /**
   * Signature of the tarball (base64, `signRelease`), and the public key (PEM) it must be of: from then on every release
   * of the service must be signed with it. Without a key, that of the service counts.
   */
  signature?: {value: string; publicKey?: string | undefined} | undefined
  /** `ENV_SH`: a file on that machine. Default: the one of the last deploy. */
  envFile?: string | undefined
  /** As `SwitchRequest`; default: as of the last deploy, at first 120,000, 3,000 and 30,000. */
  readyMs?: number | undefined
  settleMs?: number | undefined
  drainMs?: number | undefined
  /** Default: as the release says. */
  handover?: 'beside' | 'instead' | undefined
  /** Good releases kept, the current and the previous one among them. */
  keep: number
  /** Install and use a systemd unit. */
  systemd: boolean
  /** Whom a unit of the system runs as. Default: as of the last deploy with one, at first `june`. */
  user?: string | undefined
  /** Wait for another deploy to end, at most ms; 0: refuse at once. */
  lockWaitMs: number
}

/** A deploy of a release that is not on that machine yet. */
export interface PlanInput extends Omit<DeployInput, 'tarball' | 'systemd' | 'user' | 'lockWaitMs'> {
  release: ReleaseOutline
}

export interface DeployResult {
  service: string
  build: string
  previous?: string | undefined
  readyMs: number
  gapMs: number
  /** Releases removed. */
  pruned: string[]
  /** ms of the whole, without the service's own start. */
  ownMs: number
}

export interface StartInput {
  service: string
  /** From now on; default: as of the last deploy, as the times are. */
  envFile?: string | undefined
  readyMs?: number | undefined
  settleMs?: number | undefined
  drainMs?: number | undefined
}

export interface UndeployInput {
  service: string
  /** Default: as of the last deploy. */
  drainMs?: number | undefined
  /** Its logs and its data go, too. */
  purge: boolean
  /** Only say what would be done. */
  dryRun: boolean
}

export interface UndeployResult {
  /** It ran until then. */
  ran: boolean
  /** Paths. */
  removed: string[]
  /** Paths of what is there still: logs, data, environment file. */
  kept: string[]
}

/** One line of `deploys.log`. */
export interface HistoryEntry {
  /** ISO 8601, UTC. */
  at: string
  action: 'deploy' | 'rollback' | 'start' | 'stop' | 'restart'
  build?: string | undefined
  previous?: string | undefined
  ok: boolean
  /** Why it failed. */
  error?: string | undefined
  /** user@host of the caller. */
  by: string
  ms: number
}

export interface ReleaseInfo {
  build: string
  state: 'unpacked' | 'good' | 'failed'
  current: boolean
  previous: boolean
  /** ISO 8601. */
  deployedAt?: string | undefined
}

export interface ServiceStatus {
  service: string
  current?: string | undefined
  /** Absent when no supervisor runs. */
  running?: SupervisedState | undefined
  releases: ReleaseInfo[]
  /** How the service changes over: of the last deploy, else of the current release. */
  handover?: 'beside' | 'instead' | undefined
  systemd: boolean
}

export interface LockState {
  /** It is free. */
  free: boolean
  owner?: string | undefined
  /** ISO 8601. */
  since?: string | undefined
  /** Its owner is dead. */
  stale?: boolean | undefined
}

/** Every operation: what it takes and what it gives. All throw errors of the table. */
export interface HostOperations {
  /** The machine: what a deploy must know before it begins. */
  facts: {
    input: Record<string, never>
    output: {os: string; arch: string; node: string; root: string; user: string; freeBytes: number}
  }
  /** What a deploy would do; throws what it would at the checks that can be made without the tarball. Changes nothing. */
  plan: {input: PlanInput; output: DeployResult}
  deploy: {input: DeployInput; output: DeployResult}
  rollback: {input: StartInput & {build?: string | undefined}; output: DeployResult}
  start: {input: StartInput; output: {build: string; readyMs: number}}
  restart: {input: StartInput; output: {build: string; readyMs: number; gapMs: number}}
  stop: {input: {service: string; drainMs?: number | undefined}; output: {stopped: boolean}}
  undeploy: {input: UndeployInput; output: UndeployResult}
  status: {input: {service?: string | undefined}; output: ServiceStatus[]}
  history: {input: {service: string; last: number}; output: HistoryEntry[]}
  /** Sends lines as `log` events; with `follow` until it is cancelled. */
  logs: {input: {service: string; lines: number; follow: boolean; console: boolean}; output: {path: string}}
  lockStatus: {input: {service: string}; output: LockState}
  lockRelease: {input: {service: string; force: boolean}; output: {released: boolean}}
}
export type HostOperation = keyof HostOperations

export interface OperationContext {
  onEvent: (event: HostEvent) => void
  signal: AbortSignal
}

/** How an operation is done; `HostOperations[Name]` says what goes in and out. */
export type OperationHandler<Name extends HostOperation> = (
  input: HostOperations[Name]['input'],
  context: OperationContext,
) => Promise<HostOperations[Name]['output']>
