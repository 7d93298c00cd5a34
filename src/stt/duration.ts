/** Samples in a ms at 16 kHz. */
export const samplesPerMs = 16

/** Audio shorter than this, in ms, is nothing: Whisper does not look at it either. */
export const leastSpeechMs = 100

/** Length of audio in ms. @param audio mono, 16 kHz */
export const msOf = (audio: Float32Array): number => Math.round(audio.length / samplesPerMs)
