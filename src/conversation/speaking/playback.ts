import type {PcmChunk} from '../../audio/pcm.ts'
import type {Clock} from '../port.ts'

/** ms of sound given out at once: short enough that little of it is still to come when she is interrupted. */
const pieceMs = 40

export interface PlaybackOptions {
  clock: Clock
  /** ms of sound that may be given out before it is due. */
  leadMs: number
  signal: AbortSignal
  onAudio: (chunk: PcmChunk, atMs: number) => void
}

type Item = (PcmChunk & {start: number}) | (() => void)

/**
 * Gives out sound when it is due, as a loudspeaker would play it, and knows therefore how much of it has been heard. It can be held and goes
 * on where it was.
 */
export class Playback {
  readonly #options: PlaybackOptions
  readonly #queue: Item[] = []
  /** Clock at which ms 0 of the sound is, or would have been, due. */
  #zero: number | undefined
  #sentMs = 0
  #ended = false
  #wake = Promise.withResolvers<void>()
  readonly #done: Promise<void>
  isHeld = false

  constructor(options: PlaybackOptions) {
    this.#options = options
    this.#done = this.#run()
  }

  /** Whether sound has been given out. */
  get begun(): boolean {
    return this.#zero !== undefined
  }

  /** ms of the sound that have been heard by now. */
  get heardMs(): number {
    if (this.#zero === undefined) return 0
    return Math.max(0, Math.min(this.#sentMs, this.#options.clock.now() - this.#zero))
  }

  /** Sound, or something to be done when all sound before it has been given out. */
  push(item: PcmChunk | (() => void)): void {
    this.#queue.push(typeof item === 'function' ? item : {...item, start: 0})
    this.#wake.resolve()
  }

  /** No more will come. @returns when all has been heard, or the signal has aborted */
  end(): Promise<void> {
    this.#ended = true
    this.#wake.resolve()
    return this.#done
  }

  hold(): void {
    this.isHeld = true
  }

  resume(): void {
    this.isHeld = false
    this.#wake.resolve()
  }

  async #run(): Promise<void> {
    const {signal} = this.#options
    signal.addEventListener('abort', () => this.#wake.resolve(), {once: true})
    while (!signal.aborted) {
      const next = this.#isWaiting() ? undefined : this.#queue[0]
      if (next === undefined) {
        if (this.#ended && this.#queue.length === 0 && !this.isHeld) break
        this.#wake = Promise.withResolvers()
        if (signal.aborted) break
        await this.#wake.promise
      } else if (typeof next === 'function') {
        this.#queue.shift()
        next()
      } else await this.#give(next)
    }
    while (!signal.aborted && this.heardMs < this.#sentMs) await this.#sleep(this.#sentMs - this.heardMs)
  }

  #isWaiting(): boolean {
    return this.isHeld || this.#queue.length === 0
  }

  /** The next piece of a chunk, once it is due. */
  async #give(chunk: PcmChunk & {start: number}): Promise<void> {
    const {clock, leadMs, onAudio} = this.#options
    const now = clock.now()
    // Where the voice was slower than the loudspeaker, or it was held, what comes now is due now.
    this.#zero = Math.max(this.#zero ?? now, now - this.#sentMs)
    const early = this.#zero + this.#sentMs - leadMs - now
    if (early > 0) {
      await this.#sleep(early)
      return
    }
    const {pcm, sampleRate, start} = chunk
    const end = leadMs === Number.POSITIVE_INFINITY ? pcm.length : start + Math.round((pieceMs * sampleRate) / 1000)
    const piece = pcm.subarray(start, end)
    const at = this.#sentMs
    chunk.start = end
    if (end >= pcm.length) this.#queue.shift()
    this.#sentMs += (piece.length / sampleRate) * 1000
    onAudio({pcm: piece, sampleRate}, at)
  }

  async #sleep(ms: number): Promise<void> {
    const {clock, signal} = this.#options
    await clock.sleep(Math.max(1, ms), signal).catch(() => {})
  }
}
