import {samplesPerMs} from '../duration.ts'
import type {AudioWindow} from './utterances.ts'

/** Longer silence is not put into a window, in ms: recognisers hallucinate words for it. */
const defaultGapMs = 2000

/** Puts short windows of a whole recording together, with the pauses between them, up to what the engine transcribes at once. */
export class WindowPacker {
  readonly #audio: Float32Array
  readonly #maxSamples: number
  readonly #maxGap: number
  #held: AudioWindow | undefined

  constructor(audio: Float32Array, windowMs: number, maxGapMs = defaultGapMs) {
    this.#audio = audio
    this.#maxSamples = windowMs * samplesPerMs
    this.#maxGap = maxGapMs * samplesPerMs
  }

  /** Takes a window, and gives the one before it where they do not fit together. */
  add(window: AudioWindow): AudioWindow | undefined {
    const held = this.#held
    if (!held) {
      this.#held = window
      return undefined
    }
    const end = window.start + window.audio.length
    const gap = window.start - held.start - held.audio.length
    const fits = end - held.start <= this.#maxSamples && gap <= this.#maxGap
    this.#held = fits ? this.#joined(held, window, end) : window
    return fits ? undefined : held
  }

  /** The last one. */
  flush(): AudioWindow | undefined {
    const held = this.#held
    this.#held = undefined
    return held
  }

  #joined(a: AudioWindow, b: AudioWindow, end: number): AudioWindow {
    const audio = this.#audio.subarray(a.start, end)
    if (!a.evidence || !b.evidence) return {start: a.start, audio}
    const speechMs = a.evidence.speechMs + b.evidence.speechMs
    const sum = a.evidence.probability * a.evidence.speechMs + b.evidence.probability * b.evidence.speechMs
    return {start: a.start, audio, evidence: {speechMs, probability: sum / Math.max(1, speechMs)}}
  }
}
