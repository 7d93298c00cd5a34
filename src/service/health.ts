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
  readonly #checks = new Map<string, Check>()
  phase: Phase = 'starting'

  constructor(service: string, version: string) {
    this.#service = service
    this.#version = version
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
      live: true,
      ready: this.phase === 'ready' && worst !== 'unhealthy',
      uptimeSeconds: Math.round(performance.now() / 1000),
      checks: Object.fromEntries(this.#checks),
    }
  }
}
