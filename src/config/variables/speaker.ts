import {decimal, path} from '../variable.ts'

/** Who is speaking: people told apart by their voices. Off unless a model is named. */
export const speaker = {
  SPEAKER_MODEL: path({
    help: 'Speaker model (ONNX file of 3D-Speaker or WeSpeaker) that tells people apart by their voices',
    services: ['speaker', 'telegram', 'discord', 'voice-worker'],
    unset: 'nobody is known by voice, and nothing is kept of voices',
  }),
  SPEAKER_THRESHOLD: decimal({
    help: 'Likeness (cosine) from which on a voice is taken for that of a person who is enrolled',
    services: ['speaker', 'telegram', 'discord', 'voice-worker'],
    min: 0,
    max: 1,
    default: '0.55',
  }),
} as const
