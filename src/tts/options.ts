import {EssenceError} from '../kit/errors.ts'
import type {SynthesisOptions} from './port.ts'

/** The port's ranges, and what an absent option means. */
const ranges = {
  speed: {low: 0.5, high: 2, normal: 1},
  pitch: {low: -12, high: 12, normal: 0},
  volume: {low: 0, high: 1, normal: 1},
}

/**
 * The numbers of the options, completed.
 * @throws USAGE when one is out of its range
 */
export const checkProsody = (options: SynthesisOptions): {speed: number; pitch: number; volume: number} => {
  const checked = (name: keyof typeof ranges): number => {
    const {low, high, normal} = ranges[name]
    const value = options[name] ?? normal
    if (value >= low && value <= high) return value
    throw new EssenceError('USAGE', `${name} must be a number from ${low} to ${high}, not ${value}.`)
  }
  return {speed: checked('speed'), pitch: checked('pitch'), volume: checked('volume')}
}
