// In the audio thread: the microphone, in pieces of 40 ms of 16-bit PCM and their level.

const pieceSamples = Math.round(sampleRate * 0.04)

class Capture extends AudioWorkletProcessor {
  #piece = new Int16Array(pieceSamples)
  #filled = 0
  #squares = 0

  process(inputs: Float32Array[][]): boolean {
    const samples = inputs[0]?.[0]
    if (!samples) return true
    for (const sample of samples) {
      const held = Math.max(-1, Math.min(1, sample))
      this.#squares += held * held
      this.#piece[this.#filled++] = Math.round(held * 32767)
      if (this.#filled < pieceSamples) continue
      this.port.postMessage({pcm: this.#piece.buffer, level: Math.sqrt(this.#squares / pieceSamples)}, [
        this.#piece.buffer,
      ])
      this.#piece = new Int16Array(pieceSamples)
      this.#filled = 0
      this.#squares = 0
    }
    return true
  }
}

registerProcessor('capture', Capture)
