import {EssenceError} from '../../kit/errors.ts'
import type {VadParameters} from '../port.ts'

/** What the field has; docs/decisions/voice-activity.md says which and why. */
export const vadDefaults: Omit<VadParameters, 'maxSpeechDurationS'> = {
  threshold: 0.5,
  minSpeechDurationMs: 100,
  minSilenceDurationMs: 500,
  speechPadMs: 300,
}

const ranges: Readonly<Record<keyof VadParameters, readonly [min: number, max: number]>> = {
  threshold: [0.01, 0.99],
  minSpeechDurationMs: [0, 10_000],
  minSilenceDurationMs: [32, 60_000],
  maxSpeechDurationS: [1, Number.POSITIVE_INFINITY],
  speechPadMs: [0, 5000],
}

/**
 * @param given differences from `vadDefaults`, later ones first
 * @param windowMs longest audio the engine transcribes at once; utterances get no longer
 * @throws USAGE for a number out of range
 */
export const vadParameters = (windowMs: number, ...given: (Partial<VadParameters> | undefined)[]): VadParameters => {
  const parameters = {...vadDefaults, maxSpeechDurationS: windowMs / 1000}
  for (const one of given.toReversed()) Object.assign(parameters, one)
  for (const [name, [min, max]] of Object.entries(ranges)) {
    const value = parameters[name as keyof VadParameters]
    if (value >= min && value <= max) continue
    throw new EssenceError('USAGE', `The VAD parameter ${name} is ${value}; expected ${min} to ${max}.`)
  }
  return {...parameters, maxSpeechDurationS: Math.min(parameters.maxSpeechDurationS, windowMs / 1000)}
}
