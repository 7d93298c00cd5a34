import {samplesPerMs} from '../duration.ts'
import type {SoundWindow} from './listen.ts'

/** Longer silence is not put into a window, in ms: it is what recognisers invent words for. */
const usualGapMs = 2000

/** Puts short windows of a whole sound together, with the pauses between them, up to what the engine hears at once. */
export class WindowPacker {
  readonly #sound: Float32Array
  readonly #most: number
  readonly #mostGap: number
  #held: SoundWindow | undefined

  constructor(sound: Float32Array, windowMs: number, longestGapMs = usualGapMs) {
    this.#sound = sound
    this.#most = windowMs * samplesPerMs
    this.#mostGap = longestGapMs * samplesPerMs
  }

  /** Takes a window, and gives the one before it where they do not fit together. */
  add(window: SoundWindow): SoundWindow | undefined {
    const held = this.#held
    if (!held) {
      this.#held = window
      return undefined
    }
    const end = window.start + window.audio.length
    const gap = window.start - held.start - held.audio.length
    const fits = end - held.start <= this.#most && gap <= this.#mostGap
    this.#held = fits ? this.#joined(held, window, end) : window
    return fits ? undefined : held
  }

  /** The last one. */
  flush(): SoundWindow | undefined {
    const held = this.#held
    this.#held = undefined
    return held
  }

  #joined(a: SoundWindow, b: SoundWindow, end: number): SoundWindow {
    const audio = this.#sound.subarray(a.start, end)
    if (!a.evidence || !b.evidence) return {start: a.start, audio}
    const speechMs = a.evidence.speechMs + b.evidence.speechMs
    const sum = a.evidence.probability * a.evidence.speechMs + b.evidence.probability * b.evidence.speechMs
    return {start: a.start, audio, evidence: {speechMs, probability: sum / Math.max(1, speechMs)}}
  }
}
