import {samplesPerMs} from '../duration.ts'
import type {VadParameters} from '../port.ts'
import {frameSamples} from './vad.ts'

/** How sure the detector is that a window holds speech. */
export interface SpeechEvidence {
  /** ms in frames that count as speech. */
  speechMs: number
  /** Mean probability of those frames, 0..1. */
  probability: number
  /** Where the last of them ends, in samples from the start of the sound. */
  lastSpeech: number
}

/** What endpointing finds; places in samples from the start of the sound. */
export type Endpoint =
  | {type: 'speech-start'; at: number}
  | {type: 'speech-end'; at: number}
  /** A stretch of speech to recognise, padded. */
  | {type: 'window'; start: number; end: number; evidence: SpeechEvidence}

/** A frame below the threshold by so much is no speech; between, what was goes on (silero-vad, utils_vad.py, `neg_threshold`). */
const hysteresis = 0.15

/** The shortest pause at which an utterance that lasts too long is cut, in ms (silero-vad, `min_silence_at_max_speech`). */
const cutPauseMs = 98

/**
 * Finds where utterances begin and end from the probabilities of frames, as Silero's `get_speech_timestamps` does, but while
 * they come: an utterance begins once it has lasted `minSpeechDurationMs`, and ends with `minSilenceDurationMs` of silence.
 */
export class Endpointer {
  readonly #parameters: VadParameters
  readonly #quietest: (start: number, end: number) => number
  readonly #pad: number
  #reached = 0
  /** Where the window begins, with its padding; undefined outside of speech. */
  #windowStart: number | undefined
  #speechStart = 0
  #confirmed = false
  #quietSince: number | undefined
  #pause: {from: number; to: number} | undefined
  /** Nothing before this belongs to the next window. */
  #taken = 0
  /** Probabilities since the frame at `#framesFrom`. */
  #frames: number[] = []
  #framesFrom = 0

  /** @param quietest the best place to cut where there is no pause, between two others */
  constructor(parameters: VadParameters, quietest: (start: number, end: number) => number) {
    this.#parameters = parameters
    this.#quietest = quietest
    this.#pad = Math.round(parameters.speechPadMs * samplesPerMs)
  }

  /** Earliest sample that is still needed. */
  get needed(): number {
    return this.#windowStart ?? Math.max(this.#taken, this.#reached - this.#pad)
  }

  /** The window under way, once it is an utterance and as long as that does not pause: with its padding, and speech alone. */
  get speaking(): {start: number; speechStart: number} | undefined {
    if (!this.#confirmed || this.#quietSince !== undefined || this.#windowStart === undefined) return undefined
    return {start: this.#windowStart, speechStart: this.#speechStart}
  }

  /** The window as it will be if speech does not go on, as soon as that is certain to the sample, and before its end is. */
  get pausing(): {start: number; end: number} | undefined {
    if (!this.#confirmed || this.#quietSince === undefined || this.#windowStart === undefined) return undefined
    const end = this.#quietSince + this.#pad
    return end <= this.#reached ? {start: this.#windowStart, end} : undefined
  }

  /** How sure the detector is of what was said between two places. */
  evidence(start: number, end: number): SpeechEvidence {
    const from = Math.max(0, Math.floor((start - this.#framesFrom) / frameSamples))
    const to = Math.ceil((end - this.#framesFrom) / frameSamples)
    const frames = this.#frames.slice(from, to)
    const isSpeech = (probability: number): boolean => probability >= this.#parameters.threshold
    const speech = frames.filter(isSpeech)
    const last = frames.findLastIndex(isSpeech)
    return {
      speechMs: (speech.length * frameSamples) / samplesPerMs,
      probability: speech.reduce((sum, one) => sum + one, 0) / Math.max(1, speech.length),
      lastSpeech: last === -1 ? start : Math.min(end, this.#framesFrom + (from + last + 1) * frameSamples),
    }
  }

  /** @param probability of the next frame */
  push(probability: number): Endpoint[] {
    const found: Endpoint[] = []
    const frameStart = this.#reached
    const frameEnd = frameStart + frameSamples
    this.#reached = frameEnd
    const {threshold, minSpeechDurationMs, minSilenceDurationMs, maxSpeechDurationS} = this.#parameters
    if (probability >= threshold) this.#speaks(frameStart)
    else if (probability < Math.max(threshold - hysteresis, 0.01)) this.#quietSince ??= frameStart
    if (this.#windowStart === undefined) {
      this.#quietSince = undefined
      return found
    }
    this.#frames.push(probability)
    const spokenTo = this.#quietSince ?? frameEnd
    if (!this.#confirmed && spokenTo - this.#speechStart >= minSpeechDurationMs * samplesPerMs) this.#confirm(found)
    if (this.#quietSince !== undefined && frameEnd - this.#quietSince >= minSilenceDurationMs * samplesPerMs)
      this.#finish(this.#quietSince, frameEnd, found)
    else if (frameEnd - this.#windowStart + frameSamples > maxSpeechDurationS * 1000 * samplesPerMs) this.#cut(found)
    return found
  }

  /** The sound ends here. */
  end(total: number): Endpoint[] {
    const found: Endpoint[] = []
    if (this.#windowStart === undefined) return found
    const end = Math.min(this.#quietSince ?? total, total)
    if (!this.#confirmed && end - this.#speechStart >= this.#parameters.minSpeechDurationMs * samplesPerMs)
      this.#confirm(found)
    this.#finish(end, total, found)
    return found
  }

  #speaks(at: number): void {
    if (this.#windowStart === undefined) {
      this.#windowStart = Math.max(this.#taken, at - this.#pad)
      this.#speechStart = at
      this.#frames = []
      this.#framesFrom = at
    } else if (this.#quietSince !== undefined) {
      this.#notePause(at)
      this.#quietSince = undefined
    }
  }

  /** A pause in which was cut before is none of the window that begins there. */
  #notePause(to: number): void {
    const from = this.#quietSince
    if (from === undefined || from < (this.#windowStart ?? 0)) return
    if (to - from >= cutPauseMs * samplesPerMs) this.#pause = {from, to}
  }

  #confirm(found: Endpoint[]): void {
    this.#confirmed = true
    found.push({type: 'speech-start', at: this.#windowStart ?? 0})
  }

  #finish(speechEnd: number, available: number, found: Endpoint[]): void {
    const start = this.#windowStart ?? 0
    const end = Math.min(speechEnd + this.#pad, available)
    if (this.#confirmed) {
      const evidence = this.evidence(start, end)
      found.push({type: 'speech-end', at: end})
      // After a cut in the pause at the end nothing is left.
      if (evidence.speechMs > 0) found.push({type: 'window', start, end, evidence})
      this.#taken = end
    }
    this.#windowStart = undefined
    this.#confirmed = false
    this.#quietSince = undefined
    this.#pause = undefined
  }

  /** The utterance is as long as it may be: in two, in its last pause; it goes on. */
  #cut(found: Endpoint[]): void {
    const start = this.#windowStart ?? 0
    this.#notePause(this.#reached)
    const pause = this.#pause
    const at = pause ? Math.floor((pause.from + pause.to) / 2) : this.#quietest(start, this.#reached)
    if (!this.#confirmed) this.#confirm(found)
    found.push({type: 'window', start, end: at, evidence: this.evidence(start, at)})
    const dropped = Math.max(0, Math.floor((at - this.#framesFrom) / frameSamples))
    this.#frames.splice(0, dropped)
    this.#framesFrom += dropped * frameSamples
    this.#windowStart = at
    this.#speechStart = at
    this.#taken = at
    this.#pause = undefined
  }
}
