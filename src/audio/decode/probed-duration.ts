import {openInput, pathOf} from './input.ts'
import {decodeInProcess} from './process/decode-in-process.ts'

/**
 * How long a file says it is, in ms; undefined where it does not say, or cannot be read. A claim, for a progress line:
 * what is decoded counts.
 */
export const probedDuration = async (path: string): Promise<number | undefined> => {
  try {
    await using input = await openInput({path})
    const {name, size} = input
    const {value} = await decodeInProcess({type: 'probe', path: pathOf(input), name, size}, {}).next()
    return value instanceof Float32Array ? undefined : value.durationMs
  } catch {
    return
  }
}
