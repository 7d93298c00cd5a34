/** Samples in a ms at 16 kHz. */
export const samplesPerMs = 16

/** Length of audio in ms. @param audio mono, 16 kHz */
export const msOf = (audio: Float32Array): number => Math.round(audio.length / samplesPerMs)
