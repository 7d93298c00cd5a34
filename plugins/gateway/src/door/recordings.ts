import {EssenceError} from '@essence/core/kit/errors'
import {Condition} from '@essence/core/kit/flow/condition'

export interface RecordedAnswer {
  status: number
  contentType: string
}

interface RecordingOptions {
  fingerprint: string
  at: number
  /** One that grows beyond is not kept. */
  maxBytes: number
  /** Called when it is not to be given again. */
  onFail: () => void
}

/** An answer as it was given, for one who asks again. */
export class Recording {
  /** Of the request: another one with the same key is a mistake. */
  readonly fingerprint: string
  readonly at: number
  readonly #pieces: Uint8Array[] = []
  readonly #change = new Condition()
  readonly #onFail: () => void
  readonly #maxBytes: number
  #head: RecordedAnswer | undefined
  #state: 'running' | 'ended' | 'failed' = 'running'
  bytes = 0

  constructor({fingerprint, at, maxBytes, onFail}: RecordingOptions) {
    this.fingerprint = fingerprint
    this.at = at
    this.#onFail = onFail
    this.#maxBytes = maxBytes
  }

  get isRunning(): boolean {
    return this.#state === 'running'
  }

  begin(status: number, contentType: string): void {
    this.#head = {status, contentType}
    this.#change.changed()
  }

  push(piece: string | Uint8Array): void {
    if (!this.isRunning) return
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
    this.bytes += bytes.length
    this.#pieces.push(bytes)
    this.#change.changed()
    if (this.bytes <= this.#maxBytes) return
    this.fail()
    this.#pieces.length = 0
  }

  end(): void {
    if (!this.isRunning) return
    this.#state = 'ended'
    this.#change.changed()
  }

  /** It is not given again; those who follow it get what it ends with, or else it breaks off. */
  fail(lastWords?: string): void {
    if (!this.isRunning) return
    if (lastWords !== undefined) this.push(lastWords)
    this.#state = lastWords === undefined ? 'failed' : 'ended'
    this.#change.changed()
    this.#onFail()
  }

  /** Status and type, once they are known; undefined where the answer failed. @throws CANCELLED */
  async head(signal: AbortSignal): Promise<RecordedAnswer | undefined> {
    await this.#change.until(() => this.#head !== undefined || this.#state === 'failed', signal)
    return this.#state === 'failed' ? undefined : this.#head
  }

  /** All of it from the beginning, also what is still to come. @throws CANCELLED where it breaks off */
  async *pieces(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for (let at = 0; ; at++) {
      await this.#change.until(() => at < this.#pieces.length || !this.isRunning, signal)
      const piece = this.#pieces[at]
      if (!piece && this.#state === 'failed') throw new EssenceError('CANCELLED', 'The answer broke off.')
      if (!piece || signal.aborted) return
      yield piece
    }
  }
}

export interface RecordingLimits {
  /** Answers kept at most. */
  count: number
  /** Of all together. */
  bytes: number
  /** Of one. */
  bytesEach: number
  /** How long one is kept. */
  ms: number
}

/** Answers to requests that named themselves, the oldest first; in this process. */
export class Recordings {
  readonly #limits: RecordingLimits
  readonly #now: () => number
  readonly #all = new Map<string, Recording>()

  constructor(limits: RecordingLimits, now: () => number = Date.now) {
    this.#limits = limits
    this.#now = now
  }

  get(key: string): Recording | undefined {
    this.#forgetOld()
    return this.#all.get(key)
  }

  /** @returns undefined where so many run that none can be kept */
  begin(key: string, fingerprint: string): Recording | undefined {
    this.#forgetOld()
    const running = [...this.#all.values()].filter(({isRunning}) => isRunning).length
    if (running >= this.#limits.count) return undefined
    const recording = new Recording({
      ...{fingerprint, at: this.#now(), maxBytes: this.#limits.bytesEach},
      onFail: () => this.#all.delete(key),
    })
    this.#all.set(key, recording)
    return recording
  }

  #forgetOld(): void {
    const {count, bytes, ms} = this.#limits
    let kept = [...this.#all.values()].reduce((sum, one) => sum + one.bytes, 0)
    for (const [key, one] of this.#all) {
      if (one.isRunning) continue
      if (one.at > this.#now() - ms && this.#all.size <= count && kept <= bytes) continue
      this.#all.delete(key)
      kept -= one.bytes
    }
  }
}
