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
  build?: string
  /** The process answers at all. */
  live: true
  /** It takes work. */
  ready: boolean
  uptimeSeconds: number
  checks: Record<string, Check>
}

/** What a service knows of its own health: its phase and the last word of each of its parts. */
export class Health {
  readonly #service: string
  readonly #version: string
  readonly #build: string | undefined
  readonly #checks = new Map<string, Check>()
  phase: Phase = 'starting'

  /** @param build default: as `run.sh` of a release tells (ESSENCE_BUILD) */
  constructor(service: string, version: string, build = process.env['ESSENCE_BUILD']) {
    this.#service = service
    this.#version = version
    this.#build = build || undefined
  }

  /** Records the state of one part: an engine, the connection to Telegram … */
  set(part: string, check: Check): void {
    this.#checks.set(part, check)
  }

  report(): HealthReport {
    const states = [...this.#checks.values()].map(check => check.status)
    const worst = states.includes('unhealthy') ? 'unhealthy' : states.includes('degraded') ? 'degraded' : 'healthy'
    return {
      status: this.phase === 'ready' ? worst : this.phase,
      service: this.#service,
      version: this.#version,
      ...(this.#build ? {build: this.#build} : {}),
      live: true,
      ready: this.phase === 'ready' && worst !== 'unhealthy',
      uptimeSeconds: Math.round(performance.now() / 1000),
      checks: Object.fromEntries(this.#checks),
    }
  }
}
