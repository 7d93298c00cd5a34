import {toDbfs} from '../../audio/dsp/levels.ts'
import {samplesPerMs} from '../../stt/duration.ts'
import {frameSamples} from '../../stt/vad/vad.ts'

/** A frame below the threshold by so much is silence; between, what was goes on (silero-vad, utils_vad.py, `neg_threshold`). */
const hysteresis = 0.15

/** Frames of speech that make it one: 64 ms, two frames, so that a click is none. */
const confirmingFrames = 2

/** ms of silence after which what was no speech yet is forgotten. */
const forgottenMs = 200

/** What a person says, from their first sound; places in samples from the start of the sound. */
export interface Utterance {
  item: string
  /** Of its first speech. */
  speechStart: number
  /** Where the present silence begins; undefined while speech goes on. */
  quietSince: number | undefined
  /** Frames of speech so far, and the sum of their power. */
  speechFrames: number
  power: number
  isConfirmed: boolean
}

export const speechMsOf = ({speechFrames}: Pick<Utterance, 'speechFrames'>): number =>
  (speechFrames * frameSamples) / samplesPerMs

/** Level of its speech, in dBFS. */
export const levelOf = ({power, speechFrames}: Pick<Utterance, 'power' | 'speechFrames'>): number =>
  toDbfs(Math.sqrt(power / Math.max(1, speechFrames)))

/** What a frame changes. `sounded`: it may be the beginning of speech; `forgotten`: it was not. */
export type UtteranceChange = 'sounded' | 'began' | 'resumed' | 'forgotten' | undefined

/** Follows speech and silence, frame by frame. */
export class UtteranceTracker {
  #reached = 0
  #count = 0
  readonly #id: string
  current: Utterance | undefined

  /** @param id the beginning of items' ids */
  constructor(id: string) {
    this.#id = id
  }

  /** Samples so far. */
  get reached(): number {
    return this.#reached
  }

  /** ms of the present silence. */
  get silenceMs(): number {
    const since = this.current?.quietSince
    return since === undefined ? 0 : (this.#reached - since) / samplesPerMs
  }

  push(audio: Float32Array, probability: number, threshold: number): UtteranceChange {
    const start = this.#reached
    this.#reached += audio.length
    const utterance = this.current
    if (probability >= threshold) return this.#speaks(start, audio)
    if (!utterance) return undefined
    if (probability < Math.max(threshold - hysteresis, 0.01)) utterance.quietSince ??= start
    if (utterance.isConfirmed || this.silenceMs < forgottenMs) return undefined
    this.current = undefined
    return 'forgotten'
  }

  /** An utterance, though nothing of it sounds like speech. */
  begin(at: number): Utterance {
    const item = `${this.#id}_${++this.#count}`
    const utterance = {item, speechStart: at, quietSince: undefined, speechFrames: 0, power: 0, isConfirmed: false}
    this.current = utterance
    return utterance
  }

  #speaks(start: number, audio: Float32Array): UtteranceChange {
    const utterance = this.current ?? this.begin(start)
    const wasQuiet = utterance.quietSince !== undefined
    utterance.quietSince = undefined
    utterance.speechFrames++
    utterance.power += audio.reduce((sum, sample) => sum + sample * sample, 0) / audio.length
    if (utterance.isConfirmed) return wasQuiet ? 'resumed' : undefined
    if (utterance.speechFrames < confirmingFrames) return 'sounded'
    utterance.isConfirmed = true
    return 'began'
  }
}
