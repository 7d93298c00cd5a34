/** Samples of one frame at 16 kHz, 32 ms: what Silero VAD judges at once. */
export const frameSamples = 512

/** Follows one sound from its beginning. Calls must not overlap. */
export interface VoiceActivityStream {
  /**
   * @param audio the next whole frames, mono, 16 kHz, −1..1: a multiple of `frameSamples`
   * @returns the probability of speech of each frame, 0..1
   * @throws CANCELLED, ENGINE_FAILED, ENGINE_UNAVAILABLE (closed)
   */
  probabilities(audio: Float32Array, signal: AbortSignal): Promise<Float32Array>
}

/** Tells speech from silence, noise and music; any number of sounds at once. */
export interface VoiceActivityDetector {
  /** For people: "Silero VAD (silero_vad_v5.onnx)", and why where it is not the best. */
  readonly description: string
  /** False: it measures loudness only, and takes music or a door for speech. */
  readonly neural: boolean
  /** @param maxGainDb dB by which quiet sound is raised at most, where the detector raises it. Default 50, for recordings of any kind */
  begin(maxGainDb?: number): VoiceActivityStream
  close(): Promise<void>
}
