/** The part of an audio stream that is still needed, as it arrives; positions in samples from its start. */
export class AudioBuffer {
  #buffer = new Float32Array(16_000)
  /** Where the buffer begins and how much of it is filled. */
  #from = 0
  #length = 0

  /** Of what is kept. */
  get start(): number {
    return this.#from
  }

  /** End of what has arrived. */
  get end(): number {
    return this.#from + this.#length
  }

  append(audio: Float32Array): void {
    if (this.#length + audio.length > this.#buffer.length) {
      const larger = new Float32Array(Math.max(this.#buffer.length * 2, this.#length + audio.length))
      larger.set(this.#buffer.subarray(0, this.#length))
      this.#buffer = larger
    }
    this.#buffer.set(audio, this.#length)
    this.#length += audio.length
  }

  /** A copy: the buffer moves on. */
  slice(start: number, end: number): Float32Array {
    return this.#buffer.slice(start - this.#from, end - this.#from)
  }

  /** Drops what lies before a position. */
  dropBefore(start: number): void {
    const dropped = Math.min(this.#length, start - this.#from)
    if (dropped <= 0) return
    this.#buffer.copyWithin(0, dropped, this.#length)
    this.#from += dropped
    this.#length -= dropped
  }
}
