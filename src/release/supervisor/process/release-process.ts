import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {throwIfCancelled} from '../../../kit/errors.ts'
import {type End, ProcessGroup} from '../../../kit/process/group.ts'
import type {ServiceLogs} from '../logs/service-logs.ts'
import type {SupervisorPaths} from '../paths.ts'
import type {HeldPorts} from '../ports/held-ports.ts'
import {askHealth, type HeardHealth, healthText} from './ask-health.ts'
import type {ReleasePlan} from './release-plan.ts'
import {serviceEnvironment} from './service-environment.ts'

/** Lines shown of a release that fails. */
const keptLines = 50
/** ms between questions; a service of ours also says itself when to ask. */
const askEveryMs = 200

export interface ReleaseContext {
  serviceFolder: string
  paths: SupervisorPaths
  ports: HeldPorts
  logs: ServiceLogs
}

/** ms that one which was never ready has to end. */
const unreadyMs = 2000

/** Why a release that was started cannot serve. */
export class StartFailure extends Error {}

let sockets = 0

/** A process of a release. */
export class ReleaseProcess {
  readonly plan: ReleasePlan
  readonly startedAt = Date.now()
  readonly ended: Promise<End>
  readonly #group: ProcessGroup
  readonly #healthSocket: string
  #end: End | undefined
  /** It was ready once: it may hold work, and is drained. */
  #served = false
  #nudge = Promise.withResolvers<void>()

  constructor(plan: ReleasePlan, {serviceFolder, paths, ports, logs}: ReleaseContext) {
    const {manifest, folder, request} = plan
    const [name = '', ...args] = manifest.command
    const handed = ports.handOver(plan.ports)
    this.plan = plan
    this.#healthSocket = join(paths.sockets, `health-${process.pid}-${++sockets}`)
    this.#group = new ProcessGroup({
      command: join(folder, 'run.sh'),
      args,
      cwd: serviceFolder,
      env: serviceEnvironment({
        name,
        envFile: request.envFile,
        healthSocket: this.#healthSocket,
        descriptors: handed.map(port => port.name),
      }),
      descriptors: handed.map(port => port.fd),
      onLine: line => logs.line(line),
      // Whatever it says, its health may be another now.
      onMessage: () => this.#nudge.resolve(),
      keptLines,
    })
    this.ended = this.#group.ended.then(async end => {
      this.#end = end
      await rm(this.#healthSocket, {force: true})
      return end
    })
  }

  get pid(): number | undefined {
    return this.#group.pid
  }

  get hasEnded(): boolean {
    return this.#end !== undefined
  }

  get lastLines(): readonly string[] {
    return this.#group.lastLines
  }

  health(): Promise<HeardHealth | undefined> {
    return askHealth(this.#healthSocket)
  }

  /**
   * Resolves when it says that it is ready, as the build it must be.
   * @throws StartFailure when it ends, is another build, or is not ready in time; CANCELLED
   */
  async untilReady(readyMs: number, signal?: AbortSignal): Promise<void> {
    const deadline = performance.now() + readyMs
    const cancelled = new Promise<void>(resolve => signal?.addEventListener('abort', () => resolve(), {once: true}))
    for (;;) {
      this.#nudge = Promise.withResolvers()
      const health = await this.health()
      throwIfCancelled(signal)
      if (this.#end) throw new StartFailure(`it ${this.#end.reason}`)
      if (health) this.#assertBuild(health)
      if (health?.ready) {
        this.#served = true
        return
      }
      const left = deadline - performance.now()
      if (left <= 0) throw new StartFailure(`it was not ready within ${readyMs} ms: ${healthText(health)}`)
      await Promise.race([this.ended, this.#nudge.promise, cancelled, pause(Math.min(left, askEveryMs))])
    }
  }

  /**
   * Resolves when it is still ready after this time.
   * @throws StartFailure, CANCELLED
   */
  async settle(settleMs: number, signal?: AbortSignal): Promise<void> {
    const timer = new AbortController()
    const waited = pause(settleMs, undefined, {signal: signal ? AbortSignal.any([signal, timer.signal]) : timer.signal})
    await Promise.race([this.ended, waited.catch(() => {})])
    timer.abort()
    throwIfCancelled(signal)
    if (this.#end) throw new StartFailure(`it ${this.#end.reason}`)
    const health = await this.health()
    if (health) this.#assertBuild(health)
    if (!health?.ready) throw new StartFailure(`it was ready, but not for ${settleMs} ms: ${healthText(health)}`)
  }

  /** Drains it; one that was never ready has little to end. Resolves when it and what it had started are gone. */
  async stop(drainMs: number): Promise<{killed: boolean}> {
    return await this.#group.terminate(this.#served ? drainMs : Math.min(drainMs, unreadyMs))
  }

  kill(): void {
    this.#group.kill()
  }

  #assertBuild({build}: HeardHealth): void {
    const expected = this.plan.request.build
    if (build === expected) return
    throw new StartFailure(
      `it answered as ${build === undefined ? 'no build' : `build ${build}`} instead of ${expected}`,
    )
  }
}
