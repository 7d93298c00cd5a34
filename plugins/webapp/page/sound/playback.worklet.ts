// In the audio thread: June's voice as it arrives, without a gap while there is any.

class Playback extends AudioWorkletProcessor {
  #queue: Float32Array[] = []
  #at = 0
  #isSounding = false

  constructor() {
    super()
    this.port.onmessage = ({data}: MessageEvent<Float32Array | 'flush'>) => {
      if (data !== 'flush') this.#queue.push(data)
      else {
        this.#queue = []
        this.#at = 0
      }
    }
  }

  process(_: Float32Array[][], outputs: Float32Array[][]): boolean {
    const out = outputs[0]?.[0]
    if (!out) return true
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
    const sounds = filled > 0
    if (sounds !== this.#isSounding) this.port.postMessage({sounds, at: currentTime})
    this.#isSounding = sounds
    return true
  }
}

registerProcessor('playback', Playback)
