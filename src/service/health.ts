import {performance} from 'node:perf_hooks'

/** `starting` until everything is warm; `draining` from the first stop signal on. */
export type Phase = 'starting' | 'ready' | 'draining'

export interface Check {
  status: 'healthy' | 'degraded' | 'unhealthy'
  detail?: string
}

export interface HealthReport {
  /** What a person or a load balancer wants to know in one word. */
  status: 'starting' | 'healthy' | 'degraded' | 'unhealthy' | 'draining'
  service: string
  version: string
  /** Id of the release that answers; absent when it runs from a checkout. */
  build?: string | undefined
  pid: number
  /** The process answers at all. */
  live: true
  /** It takes work. */
  ready: boolean
  uptimeSeconds: number
  /** ISO 8601. */
  timestamp: string
  checks: Record<string, Check>
}

/** Done before a service says that it is ready; a failure is one of its start. */
type Opening = () => Promise<void>
/** Done when it begins to drain: resolves when nothing new comes that way, or the deadline has aborted. */
type Closing = (deadline: AbortSignal) => Promise<void>

/** What a service knows of its own health: its phase and the last word of each of its parts. */
export class Health {
  readonly #service: string
  readonly #version: string
  readonly #build: string | undefined
  readonly #checks = new Map<string, () => Check>()
  readonly #openings: Opening[] = []
  readonly #closings: Closing[] = []
  phase: Phase = 'starting'

  /** @param build default: as `run.sh` of a release tells (ESSENCE_BUILD) */
  constructor(service: string, version: string, build = process.env['ESSENCE_BUILD']) {
    this.#service = service
    this.#version = version
    this.#build = build || undefined
  }

  /** A way by which work comes, that is open only while the service takes it. */
  addDoor(door: {open?: Opening; close?: Closing}): void {
    if (door.open) this.#openings.push(door.open)
    if (door.close) this.#closings.push(door.close)
  }

  /** Everything is warm: opens the doors, then says so. */
  async ready(): Promise<void> {
    await Promise.all(this.#openings.map(open => open()))
    this.phase = 'ready'
  }

  /** Says so, and closes the doors; resolves when nothing new comes, or the deadline has aborted. */
  async drain(deadline: AbortSignal): Promise<void> {
    this.phase = 'draining'
    await Promise.all(this.#closings.map(close => close(deadline)))
  }

  /** Records the state of one part, an engine, the connection to Telegram …, or where to look for it. */
  set(part: string, check: Check | (() => Check)): void {
    this.#checks.set(part, typeof check === 'function' ? check : () => check)
  }

  report(): HealthReport {
    const checks = Object.fromEntries([...this.#checks].map(([part, look]) => [part, look()]))
    const states = Object.values(checks).map(({status}) => status)
    const worst = states.includes('unhealthy') ? 'unhealthy' : states.includes('degraded') ? 'degraded' : 'healthy'
    return {
      status: this.phase === 'ready' ? worst : this.phase,
      service: this.#service,
      version: this.#version,
      build: this.#build,
      pid: process.pid,
      live: true,
      ready: this.phase === 'ready' && worst !== 'unhealthy',
      uptimeSeconds: Math.round(performance.now() / 1000),
      timestamp: new Date().toISOString(),
      checks,
    }
  }
}
