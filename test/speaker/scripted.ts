import {EssenceError} from '@essence/core/kit/errors'
import type {FindSpeech, SpeakerEmbedder, Voiceprint, Voiceprints} from '@essence/core/speaker/port'

/** A recording of somebody at an angle: people lie on a circle, and the cosine between two is that of the angle between them. */
export const saidBy = (degrees: number, seconds = 3): Float32Array => new Float32Array(seconds * 16_000).fill(degrees)

/** Hears the angle. */
export const circleEmbedder = (model = 'circle'): SpeakerEmbedder & {calls: number} => ({
  model,
  dimension: 2,
  calls: 0,
  async embed([degrees = 0], signal) {
    this.calls++
    if (signal?.aborted) throw new EssenceError('CANCELLED', 'Cancelled.')
    const angle = (degrees * Math.PI) / 180
    return Float32Array.of(Math.cos(angle), Math.sin(angle))
  },
  close: async () => {},
})

/** All of it is speech. */
export const allSpeech: FindSpeech = async audio => ({audio, speechMs: audio.length / 16})

/** In memory. */
export const keptVoiceprints = (...kept: Voiceprint[]): Voiceprints => ({
  put: async voiceprint => void kept.push(voiceprint),
  all: async () => kept,
  async remove(person) {
    const at = kept.findIndex(each => each.person === person)
    if (at >= 0) kept.splice(at, 1)
    return at >= 0
  },
  renew: async () => {},
})
