import {backoffMs} from '../flow/backoff.ts'

export interface RestartOptions {
  /** First pause before a restart, doubled each time up to `maxBackoffMs`. Default 500. */
  backoffMs?: number | undefined
  /** Default 30 000. */
  maxBackoffMs?: number | undefined
  /** A service that lived this long starts over with the first pause. Default 60 000. */
  stableMs?: number | undefined
  /** Quick ends in a row after which it is given up. Default 5. */
  maxQuickEnds?: number | undefined
  /** Exit statuses that another start cannot mend. Default: none. */
  hopeless?: ReadonlySet<number> | undefined
}

/** When a service that ended by itself is started again: after growing pauses, until it ended quickly too often. */
export class RestartPolicy {
  readonly #options: RestartOptions
  #quickEnds = 0

  constructor(options: RestartOptions = {}) {
    this.#options = options
  }

  /** @returns ms until the next start; `undefined`: it is given up */
  pauseAfter({exit, livedMs}: {exit: number; livedMs: number}): number | undefined {
    const {backoffMs: first = 500, maxBackoffMs = 30_000, stableMs = 60_000, maxQuickEnds = 5, hopeless} = this.#options
    this.#quickEnds = livedMs >= stableMs ? 1 : this.#quickEnds + 1
    if (hopeless?.has(exit) || this.#quickEnds >= maxQuickEnds) return undefined
    return Math.round(backoffMs(this.#quickEnds, first, maxBackoffMs))
  }
}
