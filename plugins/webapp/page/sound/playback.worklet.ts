// In the audio thread: June's voice as it arrives, without a gap while there is any.

/** Samples that are waited for where sound came too late, so that it does not come too late again. */
const cushion = Math.round(sampleRate * 0.06)

/** Whether there is sound, in seconds of the context's time, after so many pieces and flushes. */
export interface PlaybackTold {
  sounds: boolean
  at: number
  taken: number
}

class Playback extends AudioWorkletProcessor {
  #queue: Float32Array[] = []
  #at = 0
  #queued = 0
  #waited = 0
  /** Pieces and flushes that came: after each it is told that there is sound, or none. */
  #taken = 0
  #isSounding = false
  /** An answer begins, and is heard at once. */
  #isFirst = true

  constructor() {
    super()
    this.port.onmessage = ({data}: MessageEvent<Float32Array | 'begin' | 'flush'>) => {
      if (data === 'begin') {
        this.#isFirst = true
        return
      }
      this.#taken++
      if (data === 'flush') {
        this.#queue = []
        this.#at = 0
        this.#queued = 0
        if (!this.#isSounding) this.#tell(false)
      } else {
        this.#queue.push(data)
        this.#queued += data.length
      }
    }
  }

  process(_: Float32Array[][], outputs: Float32Array[][]): boolean {
    const out = outputs[0]?.[0]
    if (!out || this.#waits(out.length)) return true
    const filled = this.#fill(out)
    const sounds = filled > 0
    if (sounds) this.#isFirst = false
    if (sounds !== this.#isSounding) this.#tell(sounds)
    this.#isSounding = sounds
    return true
  }

  #tell(sounds: boolean): void {
    this.port.postMessage({sounds, at: currentTime, taken: this.#taken} satisfies PlaybackTold)
  }

  #waits(length: number): boolean {
    if (this.#isSounding || this.#isFirst || this.#queued === 0 || this.#queued >= cushion || this.#waited >= cushion) {
      this.#waited = 0
      return false
    }
    this.#waited += length
    return true
  }

  /** @returns how many samples there were */
  #fill(out: Float32Array): number {
    let filled = 0
    while (filled < out.length && this.#queue[0]) {
      const piece = this.#queue[0].subarray(this.#at, this.#at + out.length - filled)
      out.set(piece, filled)
      filled += piece.length
      this.#at += piece.length
      if (this.#at < this.#queue[0].length) continue
      this.#queue.shift()
      this.#at = 0
    }
    this.#queued -= filled
    return filled
  }
}

registerProcessor('playback', Playback)
