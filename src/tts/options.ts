import {EssenceError} from '../kit/errors.ts'
import {nearest} from '../kit/nearest.ts'
import type {Style, SynthesisOptions} from './port.ts'
import {styles} from './styles.ts'

/** The port's ranges, and what an absent option means. */
const ranges = {
  speed: {low: 0.5, high: 2, normal: 1},
  pitch: {low: -12, high: 12, normal: 0},
  volume: {low: 0, high: 1, normal: 1},
}

/**
 * The numbers and the style of the options, completed.
 * @throws USAGE when one is out of its range, or the style is none
 */
export const checkProsody = (
  options: SynthesisOptions,
): {speed: number; pitch: number; volume: number; style: Style} => {
  const checked = (name: keyof typeof ranges): number => {
    const {low, high, normal} = ranges[name]
    const value = options[name] ?? normal
    if (value >= low && value <= high) return value
    throw new EssenceError('USAGE', `${name} must be a number from ${low} to ${high}, not ${value}.`)
  }
  const {style = 'neutral'} = options
  if (!Object.hasOwn(styles, style)) {
    const near = nearest(style, Object.keys(styles))
    throw new EssenceError('USAGE', `style must be one of ${Object.keys(styles).join(', ')}, not "${style}".`, {
      suggestions: near ? [`Did you mean "${near}"?`] : [],
    })
  }
  return {speed: checked('speed'), pitch: checked('pitch'), volume: checked('volume'), style}
}
