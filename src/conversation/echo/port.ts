/** Takes June's own voice out of what the microphone hears. Sound: mono, 16 kHz, −1..1, any length. */
export interface EchoCanceller {
  /** How it is done, for people. */
  readonly description: string
  /** What the speakers play, in order, when it is played; between two calls they are silent. */
  played(audio: Float32Array): void
  /** What the microphone heard, with what was played taken out; as long as it was. */
  cancel(audio: Float32Array): Float32Array
  close(): void
}
