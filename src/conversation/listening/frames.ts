import {Framer} from '../../audio/pcm.ts'
import {Channel} from '../../kit/flow/channel.ts'
import {frameSamples, type VoiceActivityDetector} from '../../stt/vad/vad.ts'

/** 32 ms of sound, and how probable it is that somebody speaks in it, 0..1. */
export interface SpeechFrame {
  audio: Float32Array
  probability: number
}

/**
 * dB by which a detector raises quiet sound at most. Where echo is taken out of a microphone less than its hiss is left, and raised by 50 dB what
 * remains hides who speaks next; who is fainter than −47 dBFS is not near.
 */
const maxGainDb = 30

/** Sound that waits for the detector: 30 s. More, and nobody could answer in time anyway. */
const maxFramesWaiting = 940

/** Frames judged at once, where several wait: 1 s. */
const maxBatch = 32

/** Sound as it comes, cut into frames that are judged in order. */
export class SpeechFrames {
  readonly #framer = new Framer(frameSamples)
  readonly #vad: VoiceActivityDetector
  readonly #signal: AbortSignal
  readonly #wake = new Channel<undefined>(1)
  #waiting: Float32Array[] = []

  constructor(vad: VoiceActivityDetector, signal: AbortSignal) {
    this.#vad = vad
    this.#signal = signal
  }

  push(audio: Float32Array): void {
    // Copied: frames look into the sound, which is the caller's.
    for (const frame of this.#framer.push(audio.slice())) this.#waiting.push(frame)
    this.#waiting.splice(0, Math.max(0, this.#waiting.length - maxFramesWaiting))
    if (this.#waiting.length > 0 && this.#wake.empty) void this.#wake.push(undefined)
  }

  end(): void {
    this.#wake.end()
  }

  /** @throws what the detector throws */
  async *[Symbol.asyncIterator](): AsyncGenerator<SpeechFrame> {
    const stream = this.#vad.begin(maxGainDb)
    for await (const _ of this.#wake) {
      while (this.#waiting.length > 0 && !this.#signal.aborted) {
        const batch = this.#waiting.splice(0, maxBatch)
        const whole = new Float32Array(batch.length * frameSamples)
        for (const [i, frame] of batch.entries()) whole.set(frame, i * frameSamples)
        const probabilities = await stream.probabilities(whole, this.#signal)
        for (const [i, audio] of batch.entries()) yield {audio, probability: probabilities[i] as number}
      }
    }
  }
}
