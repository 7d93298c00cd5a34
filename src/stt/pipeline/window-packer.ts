import {samplesPerMs} from '../duration.ts'
import type {SpeechEvidence} from '../vad/endpointing.ts'

/** A stretch of speech, in samples from the start of the audio. */
export interface SpeechSpan {
  start: number
  end: number
  evidence: SpeechEvidence
}

export interface PackingLimits {
  /** The longest window, in ms. */
  windowMs: number
  /** Longer silence is not put into a window, in ms: recognisers hallucinate words for it. */
  maxGapMs: number
}

/** Puts short utterances together, with the pauses between them, up to what the engine transcribes at once. */
export class WindowPacker {
  readonly #maxSamples: number
  readonly #maxGap: number
  #held: SpeechSpan | undefined

  constructor({windowMs, maxGapMs}: PackingLimits) {
    this.#maxSamples = windowMs * samplesPerMs
    this.#maxGap = maxGapMs * samplesPerMs
  }

  /** Where the window begins that waits for more. */
  get heldFrom(): number | undefined {
    return this.#held?.start
  }

  /** Takes a stretch, and gives what was held before where they do not fit together. */
  add(span: SpeechSpan): SpeechSpan | undefined {
    const held = this.#held
    const fits = held && span.end - held.start <= this.#maxSamples && span.start - held.end <= this.#maxGap
    this.#held = fits ? joined(held, span) : span
    return fits ? undefined : held
  }

  /** What is held, where no speech that begins at `at` or later can be put to it. */
  complete(at: number): SpeechSpan | undefined {
    return this.#held && at - this.#held.end > this.#maxGap ? this.flush() : undefined
  }

  /** The last one. */
  flush(): SpeechSpan | undefined {
    const held = this.#held
    this.#held = undefined
    return held
  }
}

const joined = (a: SpeechSpan, b: SpeechSpan): SpeechSpan => {
  const speechMs = a.evidence.speechMs + b.evidence.speechMs
  const sum = a.evidence.probability * a.evidence.speechMs + b.evidence.probability * b.evidence.speechMs
  const {lastSpeech} = b.evidence
  return {start: a.start, end: b.end, evidence: {speechMs, probability: sum / Math.max(1, speechMs), lastSpeech}}
}
