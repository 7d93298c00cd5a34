import {Condition} from '@essence/core/kit/flow/condition'
import type {VoiceActivityDetector} from '@essence/core/stt/vad/vad'

/** A detector of speech that says how many samples it has judged: so much of what was heard is known to the conversation. */
export class JudgedSound {
  readonly vad: VoiceActivityDetector
  readonly #changed = new Condition()
  #samples = 0

  constructor(vad: VoiceActivityDetector) {
    this.vad = {
      description: vad.description,
      neural: vad.neural,
      begin: maxGainDb => {
        const stream = vad.begin(maxGainDb)
        return {
          probabilities: async (audio, signal) => {
            try {
              return await stream.probabilities(audio, signal)
            } finally {
              this.#samples += audio.length
              // Once the conversation has taken it up.
              setImmediate(() => this.#changed.changed())
            }
          },
        }
      },
      close: async () => {},
    }
  }

  /** Resolves once so many have been judged, from the beginning, or the signal has aborted. */
  async reached(samples: number, signal: AbortSignal): Promise<void> {
    if (this.#samples >= samples) return
    await this.#changed.until(() => this.#samples >= samples, signal)
  }
}
