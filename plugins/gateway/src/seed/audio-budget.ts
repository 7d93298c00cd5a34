import {EssenceError} from '@essence/core/kit/errors'

/** Bytes of recordings held in memory while they come, of all callers together. */
const maxHeldBytes = 512 * 1024 ** 2

/** A recording that is coming. */
export interface HeldAudio {
  readonly bytes: number
  /** @throws AUDIO_TOO_LARGE, ENGINE_BUSY (of all that come at once) */
  push(part: Uint8Array): void
  /** All of it. @throws AUDIO_EMPTY */
  whole(): Uint8Array
  /** It is needed no more; more calls do nothing. */
  drop(): void
}

/** Bounds what uploads and frames of sound take of the memory. */
export class AudioBudget {
  readonly #maxBytes: number
  #held = 0

  constructor(maxBytes = maxHeldBytes) {
    this.#maxBytes = maxBytes
  }

  get held(): number {
    return this.#held
  }

  /** @param maxBytes of this one */
  hold(maxBytes: number): HeldAudio {
    let parts: Uint8Array[] = []
    let bytes = 0
    const take = (count: number): void => {
      bytes += count
      this.#held += count
    }
    return {
      get bytes() {
        return bytes
      },
      push: part => {
        if (bytes + part.length > maxBytes) {
          throw new EssenceError('AUDIO_TOO_LARGE', `The recording has more than the ${maxBytes} bytes that are taken.`)
        }
        if (this.#held + part.length > this.#maxBytes) {
          throw new EssenceError('ENGINE_BUSY', 'As many recordings are coming in as fit into memory.', {
            suggestions: ['Try again in a moment.'],
          })
        }
        take(part.length)
        parts.push(part)
      },
      whole() {
        if (bytes === 0) throw new EssenceError('AUDIO_EMPTY', 'The recording is empty.')
        return Buffer.concat(parts)
      },
      drop() {
        parts = []
        take(-bytes)
      },
    }
  }
}
